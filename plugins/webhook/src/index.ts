import { definePlugin } from '@perennial/kit';
import { WebhookOptions } from './options.js';
import { SendWebhook } from './send.js';

export { sign } from './signature.js';

/** Tells another system of the enterprise what happened, in the Standard Webhooks form. */
export const webhook = definePlugin({
  name: 'webhook',
  version: '0.1.0',
  title: { zh: 'Webhook', en: 'Webhook' },
  requires: { core: '^0.1.0' },
  options: WebhookOptions,
  activations: [SendWebhook],
});
