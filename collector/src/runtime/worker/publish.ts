import { encodeFrame, LOG_HEADERS, ONCE, type LogHeader } from '@perennial/contract';
import type { SentLot } from '../../parts.js';

/** Gives a lot to the other side. Resolves only when it is kept there; rejects in every other case. */
export type Publish = (lot: SentLot) => Promise<void>;

const TIMEOUT_MS = 10_000;

/** Straight to core, which has applied what it answers. */
export const publishToCore =
  (coreUrl: string, secret: string): Publish =>
  async ({ logId, from, to, bytes }) => {
    const answer = await fetch(`${coreUrl}/internal/v1/log`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/octet-stream',
        [LOG_HEADERS.logId]: logId,
        [LOG_HEADERS.from]: String(from),
      },
      body: bytes as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`core answered ${answer.status}`);
    const { position } = (await answer.json()) as { position?: number };
    if (!(position! >= to)) throw new Error(`core took up to ${position} of ${to}`);
  };

/** A request as a lot of its own: whoever has no disk keeps no log, and its positions would mean nothing. */
export function onceLot(header: LogHeader, body: Uint8Array): SentLot {
  const bytes = encodeFrame(header, body);
  return { logId: `${ONCE}${crypto.randomUUID()}`, from: 0, to: bytes.length, after: 0, bytes };
}
