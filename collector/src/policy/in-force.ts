import type { BotPolicy, JsonObject, LogHeader, Offsets } from '@perennial/contract';
import type { Endpoint } from '../adapters/adapter.js';
import type { ItemError, Turned } from '../answer.js';
import type { Checked } from '../check.js';

/** Who asks to send. */
export interface Caller {
  key: string;
  /** Browsers say from which page they send; nobody else is bound by it. */
  origin: string | undefined;
}

/** What a plan says of a request's items. */
export interface Planned {
  refused: ItemError[];
  warnings: ItemError[];
  /** For the frame's header; absent when all is as planned. */
  stamp?: NonNullable<LogHeader['plan']>;
}

export interface PlanInForce {
  /** Whether all items are surely as planned, by how they look at a glance. They passed their own checks before. */
  fits(glanced: JsonObject, endpoint: Endpoint): boolean;
  /** Looks at every item that is not refused already. */
  of(body: JsonObject, endpoint: Endpoint, checked: Checked): Planned;
}

/** A body that may be kept: what it says now, its bytes, and the word of it for the frame. */
export interface Clean {
  body: JsonObject;
  bytes: Uint8Array;
  stamp: NonNullable<LogHeader['scrubbed']>;
}

export interface ScrubInForce {
  clean(body: JsonObject, isBatch: boolean, received: Uint8Array): Clean;
  /** Instead of a body that nobody can read. */
  nothing(received: Uint8Array): Omit<Clean, 'body'>;
}

/**
 * A source's settings, ready to act by: compiled once per revision (`compilePolicy`) and brought along by whoever knows the
 * write keys, so that a host without settings does not carry their code. What is absent costs a request nothing.
 */
export interface PolicyInForce {
  bots: BotPolicy;
  isEnriched: boolean;
  /** The platform's, for times that are written without an offset; a core of before it tells none. */
  zone?: Offsets;
  allowsOrigin?(origin: string): boolean;
  /** Why the request may not come in at all. */
  refusal(caller: Caller): Turned | undefined;
  /** Counts events against the key's limit. */
  spend(key: string, events: number): void;
  plan?: PlanInForce;
  scrub?: ScrubInForce;
}
