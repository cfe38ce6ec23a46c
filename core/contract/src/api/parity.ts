import type { Text } from '../text.js';

/**
 * `POST /api/v1/parity`: what an old tracker counted beside what ours did. Days are calendar days of the platform's time
 * zone, both ends within. Without `pairs`, those of equal names are proposed.
 */
export interface ParityAsk {
  /** Another source of ours that the old client sends to, or what the old system counted, as a table. */
  old: { sourceId: string } | { csv: string };
  oursId: string;
  /** `2026-11-01` */
  from: string;
  to: string;
  pairs?: EventPair[];
  /** From which share of difference on something is flagged, e.g. 0.05. */
  threshold: number;
}

export interface EventPair {
  old: string;
  ours: string;
}

/** Undefined where the old system's table does not say. */
export interface ParityCount {
  events: number;
  people?: number;
  users?: number;
}

export interface ParityFigures {
  old: ParityCount;
  ours: ParityCount;
  /** `(ours - old) / old` of the events; null where the old system counted none. */
  difference: number | null;
  isFlagged: boolean;
}

export interface ParityEvent extends ParityFigures {
  names: EventPair;
  days: (ParityFigures & { day: string })[];
}

export interface ParityResult {
  total: ParityFigures;
  /** Of all paired events together, day by day. */
  days: (ParityFigures & { day: string })[];
  events: ParityEvent[];
  /** Names that stand in no pair, most frequent first. */
  unpaired: { old: NameCount[]; ours: NameCount[] };
  /** Lines of the table that are no count, at most a hundred. */
  refused: { line: number; message: Text }[];
}

export interface NameCount {
  name: string;
  count: number;
}
