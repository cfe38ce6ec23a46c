import { BEACON_BYTES, utf8Bytes, type Refused, type Transport } from '../core/index.js';

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
        ...(AbortSignal.timeout && { signal: AbortSignal.timeout(TIMEOUT_MS) }),
      });
      // A proxy in between may answer anything: what cannot be read says nothing.
      const { errors } = (await answer.json().catch(() => ({}))) as { errors?: Refused[] };
      return {
        status: answer.status,
        retryAfter: Number(answer.headers.get('retry-after')),
        errors: Array.isArray(errors) ? errors : [],
      };
    },
    beacon: (body) => (navigator.sendBeacon ? navigator.sendBeacon(url, body) : false),
  };
}
