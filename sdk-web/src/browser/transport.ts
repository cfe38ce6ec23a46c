import { answerOf, attempt, BEACON_BYTES, utf8Bytes, type Transport } from '../core/index.js';

const TIMEOUT_MS = 30_000;

/** `fetch` and `sendBeacon` toward the collector. A text/plain body asks no preflight; the key is in the body. */
export function createTransport(endpoint: string): Transport {
  const url = `${endpoint}/v1/batch`;
  return {
    async post(body) {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'text/plain' },
        keepalive: utf8Bytes(body) <= BEACON_BYTES,
        // Browsers without it have a longer patience of their own.
        signal: attempt(() => AbortSignal.timeout(TIMEOUT_MS), null),
      });
      const said: unknown = await answer.json().catch(() => null);
      return answerOf(answer.status, said, answer.headers.get('retry-after'));
    },
    beacon: (body) => (navigator.sendBeacon ? navigator.sendBeacon(url, body) : false),
  };
}
