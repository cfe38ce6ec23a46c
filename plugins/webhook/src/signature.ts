import { createHmac } from 'node:crypto';

/**
 * The `webhook-signature` header of Standard Webhooks (github.com/standard-webhooks): per secret `v1,` and the base64
 * HMAC-SHA-256 of `id.timestamp.body`; several during a rotation. Secrets are `whsec_` and base64.
 */
export function sign(id: string, timestamp: number, body: string, secrets: string): string {
  const content = `${id}.${timestamp}.${body}`;
  return secrets
    .split(' ')
    .map((secret) => Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .map((key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`)
    .join(' ');
}
