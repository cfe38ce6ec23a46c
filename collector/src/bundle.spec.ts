import { expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { bundle } from '../bundle.mjs';

it.each([
  ['the app alone', 'src/app.ts', 12_000],
  ['a worker with every form', 'src/runtime/worker/main.ts', 16_500],
])('%s is small at the edge, and needs nothing of Node', async (_, entry, most) => {
  const code = await bundle(entry);
  expect(gzipSync(code).length).toBeLessThan(most);
  expect(code).not.toMatch(/["'`]node:|\brequire\(/);
});

it('answers as it does unbundled, without what it leaves out of its framework', async () => {
  const code = await bundle('src/runtime/worker/main.ts');
  const { default: worker } = (await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)) as {
    default: { fetch(request: Request, env: object): Promise<Response> };
  };
  // Nobody listens on port 1, so no key is known.
  const env = { PERENNIAL_CORE_URL: 'http://127.0.0.1:1', PERENNIAL_COLLECTOR_SECRET: 'shared-secret-0123' };
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await worker.fetch(new Request(`http://edge.test${path}`, init), env);
    return [answer.status, answer.headers.get('content-type')];
  };
  const body = JSON.stringify({ writeKey: 'key', batch: [] });
  expect(await ask('/health')).toEqual([200, 'application/json']);
  expect(await ask('/metrics')).toEqual([200, expect.stringContaining('text/plain')]);
  expect(await ask('/v1/projects/key/settings')).toEqual([200, 'application/json']);
  expect(await ask('/v1/batch', { method: 'OPTIONS', headers: { origin: 'https://shop.test' } })).toEqual([204, null]);
  expect(await ask('/v1/batch', { method: 'POST', body })).toEqual([503, 'application/json']);
  expect(await ask('/sa.gif?data=e30%3D&token=key')).toEqual([503, 'image/gif']);
  expect(await ask('/nothing')).toEqual([404, 'application/json']);
});
