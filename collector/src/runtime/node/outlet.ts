import type { SentLot } from '../../parts.js';

/** How far the other side knows a log, 0 for one never seen, and the record that this is about, where it says so. */
export interface Standing {
  position: number;
  recordId?: string;
}

/** The other side knows less of the log than it has said before. */
export class SetBack extends Error {}

/** The way a log goes to core. What it took is kept by the other side, whatever happens to the collector. */
export interface Outlet {
  /** Whom the operator must look after when nothing is taken. */
  readonly name: string;
  /** Most bytes of one lot that it likes to take. */
  readonly lotBytes: number;
  /** How far the other side knows this log. */
  positionOf(logId: string): Promise<Standing>;
  /** Resolves with the position up to which the log is kept by the other side. Throws `SetBack`. */
  send(lot: SentLot): Promise<number>;
  close(): Promise<void>;
}

/** `fetch failed` alone says nothing; the cause tells refused from unresolved. */
export const problemOf = (error: unknown): string => {
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ? `${message} (${cause.code})` : message;
};
