import type { Envelope } from '@perennial/contract';
import { setTimeout as sleep } from 'node:timers/promises';

const BATCH_EVENTS = 400;
const BATCH_BYTES = 400_000;
const LONGEST_PAUSE_MS = 5_000;

export interface ClientOptions {
  /** The collector's address. */
  to: string;
  writeKey: string;
  signal?: AbortSignal;
}

/** Sends events as any server client would: in order, in batches, again until they are taken. */
export async function sendAll(
  envelopes: Iterable<Envelope>,
  options: ClientOptions,
  onProgress: (sent: number) => void,
): Promise<number> {
  let sent = 0;
  for (const batch of batches(envelopes)) {
    await send(batch, options);
    sent += batch.length;
    onProgress(sent);
  }
  return sent;
}

function* batches(envelopes: Iterable<Envelope>): Generator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const envelope of envelopes) {
    const text = JSON.stringify(envelope);
    if (batch.length >= BATCH_EVENTS || bytes + text.length * 3 > BATCH_BYTES) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(text);
    bytes += Buffer.byteLength(text);
  }
  if (batch.length > 0) yield batch;
}

async function send(batch: string[], { to, writeKey, signal }: ClientOptions): Promise<void> {
  const body = `{"batch":[${batch.join(',')}]}`;
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(`${to}/v1/batch`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
      ...(signal && { signal }),
    }).catch((error: unknown) => error as Error);
    if (!(answer instanceof Error) && answer.ok) return refuseRefusals(answer);
    signal?.throwIfAborted();
    if (!(answer instanceof Error) && ![401, 429].includes(answer.status) && answer.status < 500)
      throw new Error(`the collector answered ${answer.status}: ${await answer.text()}`);
    if (!(answer instanceof Error) && answer.status === 401 && attempt > 20)
      throw new Error('the collector does not know the write key');
    await sleep(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** Math.min(attempt, 10)), undefined, { ...(signal && { signal }) });
  }
}

/** Our own events are sound; one that is refused is a fault of the generator. */
async function refuseRefusals(answer: Response): Promise<void> {
  const { ok, errors } = (await answer.json()) as { ok: boolean; errors: unknown[] };
  if (!ok) throw new Error(`the collector refused events: ${JSON.stringify(errors.slice(0, 3))}`);
}
