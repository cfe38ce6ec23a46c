import { expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { bundle } from '../bundle.mjs';

it.each([
  ['the app alone', 'src/app.ts', 12_000],
  ['a worker with every form', 'src/runtime/worker/main.ts', 16_000],
])('%s is small at the edge, and needs nothing of Node', async (_, entry, most) => {
  const code = await bundle(entry);
  expect(gzipSync(code).length).toBeLessThan(most);
  expect(code).not.toMatch(/["'`]node:|\brequire\(/);
});
