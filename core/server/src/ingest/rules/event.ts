import type { Envelope, EventType } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import type { Refused } from '../../quarantine/quarantine.store.js';

export type { Refused };

/** An accepted act on its way into profiles. */
export interface IngestEvent {
  /** The client's `messageId`, or one made from the place in the log; unique within its source. */
  eventId: string;
  sourceId: string;
  type: EventType;
  name: string;
  /** Epoch ms, corrected, never after `receivedAt`. */
  at: number;
  receivedAt: number;
  envelope: Envelope;
}

/** How far a log is applied once this batch is. */
export interface LogMark {
  logId: string;
  /** Positions at or below `from` were applied before. */
  from: number;
  to: number;
}

export interface Batch {
  /** Absent for events that come from no log. */
  mark?: LogMark;
  events: IngestEvent[];
  refused: Refused[];
  /** What else belongs to the transaction that applies it: an import's progress. Runs once per commit. */
  alsoWrite?: (manager: EntityManager) => Promise<void>;
}

/** The name that tags count by: a track's own, `$page` and so on for the rest. */
export const eventName = ({ type, event }: Envelope): string => (type === 'track' ? event! : `$${type}`);
