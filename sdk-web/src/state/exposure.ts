import type { ExperimentDefinition } from '@perennial/contract';
import type { Envelope } from '../core/index.js';
import { saltOf, type Decision } from './assign.js';
import type { Base } from './state.js';

/** The contract's name of the event; a spec holds the two equal. */
export const VIEWED = 'Experiment Viewed';

export interface ExposureParts {
  base: Base;
  experiments: () => ExperimentDefinition[];
  decision: (key: string) => Decision | undefined;
  get: (table: 'viewed', key: string) => unknown;
  set: (table: 'viewed' | 'sticky', key: string, value: string[]) => void;
}

export interface Exposures {
  /** The page shows what was dealt: the person keeps it, and the collector hears of it once a session. */
  expose: (key: string) => void;
  /** Again for all that this page showed: a new session, or a consent that was missing. */
  again: () => void;
  /** What was taken into the queue. */
  landed: (event: Envelope) => void;
  forget: () => void;
}

export function createExposures({ base, experiments, decision, get, set }: ExposureParts): Exposures {
  const shown = new Set<string>();
  let hasLanded = false;
  /** Where sessions are turned off, the page counts as one. */
  const page = Math.random().toString(36);
  const mark = (variation: string) => [base.ids().sessionId || page, variation];
  const tell = (key: string, name: string | undefined, variation: string, title: string | undefined) => {
    if (String(get('viewed', key)) === String(mark(variation))) return;
    hasLanded = false;
    base.say({
      type: 'track',
      event: VIEWED,
      properties: {
        experiment_id: key,
        experiment_name: name || key,
        variation_id: variation,
        variation_name: title || variation,
      },
    });
    // Marked after the event, which may have begun a new session.
    if (hasLanded) set('viewed', key, mark(variation));
  };
  const expose = (key: string) => {
    const decided = decision(key);
    const definition = experiments().find((one) => one.key === key);
    if (!decided || !definition) return;
    shown.add(key);
    const { variation, reason, holdOuts } = decided;
    for (const { holdOut, isOut } of holdOuts)
      tell(holdOut.key, holdOut.name, isOut ? 'held-out' : 'not-held-out', undefined);
    if (variation === undefined || (reason !== 'dealt' && reason !== 'sticky')) return;
    set('sticky', key, [saltOf(definition), variation]);
    const { name } = definition.variations.find((one) => one.key === variation)!;
    tell(key, definition.name, variation, name);
  };
  return {
    expose,
    again: () => shown.forEach(expose),
    landed: ({ event }) => void (hasLanded = hasLanded || event === VIEWED),
    forget: () => shown.clear(),
  };
}
