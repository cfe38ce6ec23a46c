import { afterEach, describe, expect, it } from '@jest/globals';
import type { DeliveryItem } from '@perennial/kit';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { isPublic } from './address.js';
import { WebhookDestination, WebhookOptions } from './options.js';
import { SendWebhook } from './send.js';
import { sign } from './signature.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function receiver(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

const item = (id = 'd1', payload = {}): DeliveryItem => ({
  id,
  attempt: 1,
  cause: { hook: 'stage.moved', payload: { to: 'loyal' }, at: 1.7e12 },
  profile: {
    id: 'p_1',
    traits: { name: '李娜' },
    tags: { city: '上海' },
    stages: {},
    identifiers: { phone: ['+8613912345678'] },
  },
  payload,
});
const to = (url: string, more: Partial<WebhookDestination> = {}) =>
  Object.assign(new WebhookDestination(), { url, secret: SECRET, allowPrivate: true, ...more });
const deliver = (batch: DeliveryItem[], destination: WebhookDestination, signal = AbortSignal.timeout(5000)) =>
  new SendWebhook(new WebhookOptions()).deliver(batch, destination, signal);
const answering = (status: number, headers: Record<string, string> = {}) =>
  receiver((request, response) => void request.resume().on('end', () => response.writeHead(status, headers).end('x')));

describe('webhooks', () => {
  it('sign as the published vector says', () => {
    expect(sign('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}', SECRET)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('are accepted by the official library, with either secret while one is being rotated', async () => {
    const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
    const url = await receiver((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        seen.push({ headers: request.headers, body });
        response.writeHead(204).end();
      });
    });
    const other = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    expect(await deliver([item()], to(url, { secret: `${other} ${SECRET}` }))).toEqual([{ status: 'sent' }]);
    const [{ headers, body }] = seen as [(typeof seen)[0]];
    for (const secret of [SECRET, other])
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
        type: 'perennial.stage.moved',
        data: { profile: { id: 'p_1', tags: { city: '上海' } } },
      });
    expect(body).not.toContain('13912345678');
  });

  it('answer per item, in order, and one that is refused does not fail its neighbours', async () => {
    const url = await answering(200);
    const results = await deliver([item('a'), item('b', { text: 'x'.repeat(30_000) }), item('c')], to(url));
    expect(results.map(({ status }) => status)).toEqual(['sent', 'rejected', 'sent']);
  });

  it.each([
    [500, 'failed'],
    [404, 'failed'],
    [302, 'failed'],
    [410, 'disabled'],
  ])('read %i as %s', async (status, expected) => {
    const url = await answering(status, { location: 'http://127.0.0.1:1/' });
    expect(await deliver([item()], to(url))).toMatchObject([{ status: expected }]);
  });

  it('obey Retry-After', async () => {
    expect(await deliver([item()], to(await answering(429, { 'retry-after': '120' })))).toMatchObject([
      { status: 'failed', retryAfterMs: 120_000 },
    ]);
  });

  it('fail, and are tried again, when nobody answers or the call is given up', async () => {
    expect(await deliver([item()], to('http://127.0.0.1:1/'))).toMatchObject([
      { status: 'failed', error: { code: 'WEBHOOK_UNREACHABLE' } },
    ]);
    const silent = await receiver(() => undefined);
    expect(await deliver([item()], to(silent), AbortSignal.timeout(200))).toMatchObject([{ status: 'failed' }]);
  });

  it.each([
    'http://127.0.0.1:9/',
    'http://localhost:9/',
    'http://[::1]:9/',
    'http://10.0.0.1/',
    'http://169.254.169.254/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::127.0.0.1]:9/',
  ])('never reach %s unless the operator allows it', async (url) => {
    const [result] = await deliver([item()], to(url, { allowPrivate: false }));
    expect(result).toMatchObject({ status: 'rejected', error: { code: 'WEBHOOK_ADDRESS_PRIVATE' } });
  });

  it('tell public addresses from the rest', () => {
    expect(['8.8.8.8', '2400:3200::1'].map(isPublic)).toEqual([true, true]);
    const inside = ['0.0.0.0', '100.64.0.1', '192.168.1.1', 'fc00::1', '224.0.0.1', 'nonsense'];
    const compatible = ['::127.0.0.1', '::7f00:1', '::808:808'];
    expect([...inside, ...compatible].filter(isPublic)).toEqual([]);
  });
});
