import { BEACON_BYTES, utf8Bytes, type Answer, type Refused, type Transport } from './core/index.js';

/** `fetch` and `sendBeacon` toward the collector. A text/plain body asks no preflight; the key is in the body. */
export function createTransport(endpoint: string): Transport {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/batch`;
  return {
    async post(body) {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'text/plain' },
        keepalive: utf8Bytes(body) <= BEACON_BYTES,
      });
      return { status: answer.status, ...(await detailsOf(answer)) };
    },
    beacon: (body) => (navigator.sendBeacon ? navigator.sendBeacon(url, body) : false),
  };
}

/** A proxy in between may answer anything: what cannot be read says nothing. */
async function detailsOf(answer: Response): Promise<Partial<Answer>> {
  try {
    if (!answer.ok) return { retryAfter: Number(answer.headers.get('retry-after')) };
    const { errors } = (await answer.json()) as { errors: Refused[] };
    return Array.isArray(errors) ? { errors } : {};
  } catch {
    return {};
  }
}
