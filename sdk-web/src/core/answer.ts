import type { Answer, Refused } from './ports.js';

/**
 * What an answer means. A proxy, a portal of a hotel or a page that says sorry may answer 200 as well: only the collector
 * says how many events it received, and only that is a delivery.
 */
export function answerOf(status: number, said: unknown, retryAfter?: string | number | null): Answer {
  const { errors, receivedEvents } = Object(said) as { errors?: Refused[]; receivedEvents?: number };
  if (status < 300 && receivedEvents === undefined) throw new Error(`HTTP ${status}?`);
  return { status, retryAfter: Number(retryAfter), errors };
}
