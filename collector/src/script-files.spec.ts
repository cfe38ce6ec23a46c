import { describe, expect, it } from '@jest/globals';
import { Hono } from 'hono/tiny';
import { gzipSync } from 'node:zlib';
import { answerScripts } from './script-files.js';

const plain = new TextEncoder().encode('!function(){}()');
const gzip = Uint8Array.from(gzipSync(plain));

function ask(headers: Record<string, string> = {}, method = 'GET') {
  const app = new Hono();
  answerScripts(app, { '/perennial.js': { etag: 'v1', plain, gzip } });
  return app.request('/perennial.js', { method, headers });
}

describe('the tracker’s script', () => {
  it('is served with a tag, a time to keep it, and to pages of other origins', async () => {
    const answer = await ask();
    expect(await answer.text()).toBe('!function(){}()');
    expect(Object.fromEntries(answer.headers)).toEqual({
      'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
      etag: '"v1"',
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['br, gzip', 'gzip', '"v1-gzip"'],
    ['gzip;q=0.5', 'gzip', '"v1-gzip"'],
    ['gzip;q=0', null, '"v1"'],
    ['identity', null, '"v1"'],
  ])('for Accept-Encoding %s is sent as %s', async (accepted, encoding, etag) => {
    const { headers } = await ask({ 'accept-encoding': accepted });
    expect([headers.get('content-encoding'), headers.get('etag')]).toEqual([encoding, etag]);
  });

  it.each([
    ['"v1"', 304],
    ['W/"v1", "v0"', 304],
    ['*', 304],
    ['"v0"', 200],
  ])('for If-None-Match %s answers %i', async (known, status) => {
    const answer = await ask({ 'if-none-match': known });
    expect(answer.status).toBe(status);
    expect((await answer.text()).length > 0).toBe(status === 200);
  });

  it('answers HEAD without a body', async () => {
    const answer = await ask({}, 'HEAD');
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });
});
