/** The stamps an event carries, as epoch milliseconds; absent or unreadable ones are undefined. */
export interface ClockStamps {
  receivedAt: number;
  sentAt?: number | undefined;
  originalTimestamp?: number | undefined;
}

/**
 * When the act happened by the server's clock: `receivedAt - (sentAt - originalTimestamp)`. The client's clock error
 * cancels out because both of its stamps bear it. Without both stamps: `originalTimestamp` as stated, else `receivedAt`.
 */
export function correctClock({ receivedAt, sentAt, originalTimestamp }: ClockStamps): number {
  if (originalTimestamp === undefined) return receivedAt;
  if (sentAt === undefined) return originalTimestamp;
  return receivedAt - (sentAt - originalTimestamp);
}

/** Epoch milliseconds of an ISO 8601 text, or undefined when it is none. */
export function readInstant(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
