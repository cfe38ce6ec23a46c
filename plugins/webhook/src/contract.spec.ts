import { afterAll } from '@jest/globals';
import { describeActivation, describePlugin } from '@perennial/testing';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webhook } from './index.js';
import { WebhookDestination, WebhookOptions } from './options.js';
import { SendWebhook } from './send.js';

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close().closeAllConnections()));

async function destination(listener: RequestListener): Promise<WebhookDestination> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return Object.assign(new WebhookDestination(), {
    url,
    secret: `whsec_${Buffer.alloc(32).toString('base64')}`,
    allowPrivate: true,
  });
}

describePlugin(webhook());
describeActivation('webhook.send', {
  activation: new SendWebhook(new WebhookOptions()),
  accepting: () =>
    destination((request, response) => void request.resume().on('end', () => response.writeHead(200).end())),
  silent: () => destination(() => undefined),
});
