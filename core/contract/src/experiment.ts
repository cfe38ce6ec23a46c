import type { Json, JsonScalar } from './json.js';

/** People are spread over so many buckets; shares and weights are counted in them: 1 is 0.01 %. */
export const BUCKETS = 10_000;

/**
 * By which id people are told apart. With `userId` nobody takes part before she is known, and she sees the same on all her
 * devices; `anonymousId` takes part at once and goes by the device.
 */
export type Unit = 'anonymousId' | 'userId';

/** Whom a definition is for. */
export interface Aimed {
  key: string;
  /** Default `anonymousId`. */
  unit?: Unit;
  /** Only people each of whose named traits has one of the values. */
  traits?: Record<string, JsonScalar[]>;
  /** How many buckets of 10,000 take part; default all. Raising it moves nobody who took part before. */
  share?: number;
  /** Another text than the key to spread people by: a new one deals everybody anew and forgets who was exposed to what. */
  salt?: string;
}

export interface Variation {
  key: string;
  name?: string;
  /** Buckets; the weights of an experiment add up to 10,000. */
  weight: number;
}

/** A part of the buckets of a group of experiments of which a person takes part in at most one. */
export interface ExclusionRange {
  group: string;
  /** From this bucket on, to before that one; ranges of one group do not overlap. */
  from: number;
  to: number;
}

export interface ExperimentDefinition extends Aimed {
  name?: string;
  /** The first is the control. */
  variations: Variation[];
  exclusion?: ExclusionRange;
  /** False deals by the present weights alone; otherwise whoever was exposed keeps her variation. */
  isSticky?: boolean;
  /** Over: nobody is exposed any more; everybody sees the winner, or nothing where there is none. */
  isStopped?: boolean;
  winner?: string;
}

/** People who are kept out of experiments so that the effect of all of them can be told. */
export interface HoldOut extends Omit<Aimed, 'traits' | 'share'> {
  name?: string;
  /** Buckets that are held out. */
  share: number;
  /** Keys; absent: all experiments. */
  experiments?: string[];
}

export interface FlagDefinition extends Aimed {
  /** The value for whoever takes part (default `true`), and for everybody else (default `false`). */
  on?: Json;
  off?: Json;
}

/** What a page needs to know to deal experiments and flags by itself; what `definitionsUrl` of the SDK answers. */
export interface PageDefinitions {
  experiments?: ExperimentDefinition[];
  holdOuts?: HoldOut[];
  flags?: FlagDefinition[];
}

export const PAGE_DEFINITION_LIMITS = { items: 200, variations: 20, keyLength: 64, bytes: 100_000 } as const;

/** The event that says who saw what, once a session; its four properties are those that Segment made common. */
export const EXPERIMENT_VIEWED = 'Experiment Viewed';
