import { PlatformError } from '@perennial/contract';
import { Activate, type Activation, type DeliveryItem, type DeliveryResult } from '@perennial/kit';
import { WebhookDestination, WebhookOptions } from './options.js';
import { failure, post, type Answer } from './post.js';
import { sign } from './signature.js';

const MAX_BODY_BYTES = 20_000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;

@Activate({
  key: 'webhook.send',
  title: { zh: '发送 Webhook', en: 'Send a webhook' },
  destination: WebhookDestination,
  batchSize: 50,
  // The schedule that Standard Webhooks recommends; after the last the delivery is dead and can be replayed.
  retrySeconds: [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
  timeoutMs: 15_000,
})
export class SendWebhook implements Activation<WebhookDestination> {
  constructor(private readonly options: WebhookOptions) {}

  async deliver(
    batch: DeliveryItem[],
    destination: WebhookDestination,
    signal: AbortSignal,
  ): Promise<DeliveryResult[]> {
    const results: DeliveryResult[] = [];
    const queue = batch.entries();
    const worker = async () => {
      for (const [index, item] of queue) results[index] = await send(item, destination, signal);
    };
    await Promise.all(Array.from({ length: Math.min(this.options.concurrency, batch.length) }, worker));
    return results;
  }
}

async function send(
  item: DeliveryItem,
  { url, secret, allowPrivate }: WebhookDestination,
  signal: AbortSignal,
): Promise<DeliveryResult> {
  const body = bodyOf(item);
  if (Buffer.byteLength(body) > MAX_BODY_BYTES)
    return {
      status: 'rejected',
      error: new PlatformError('WEBHOOK_BODY_TOO_LARGE', `a webhook may have ${MAX_BODY_BYTES} bytes`, {
        kind: 'invalid',
      }),
    };
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Perennial-Webhook/1',
    'webhook-id': item.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': sign(item.id, timestamp, body, secret),
  };
  try {
    return resultOf(await post(url, { headers, body, allowPrivate, signal }));
  } catch (cause) {
    if (cause instanceof PlatformError) return { status: 'rejected', error: cause };
    return {
      status: 'failed',
      error: failure('WEBHOOK_UNREACHABLE', `no answer (${(cause as { code?: string }).code ?? 'aborted'})`, cause),
    };
  }
}

function bodyOf({ cause, profile, payload }: DeliveryItem): string {
  const { id, tags, stages } = profile;
  return JSON.stringify({
    type: `perennial.${cause.hook}`,
    timestamp: new Date(cause.at).toISOString(),
    data: { profile: { id, tags, stages }, cause: cause.payload, payload },
  });
}

/** 2xx is done, 410 wants nothing more, everything else is tried again, redirects included: they are never followed. */
function resultOf({ status, retryAfterMs }: Answer): DeliveryResult {
  if (status >= 200 && status < 300) return { status: 'sent' };
  const error = failure('WEBHOOK_ANSWER_BAD', `the receiver answered ${status}`);
  if (status === 410) return { status: 'disabled', error };
  return { status: 'failed', error, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
