/** @jest-environment node */
import { expect, it } from '@jest/globals';
import { trackerSnippet } from '@perennial/contract';
import { script, sizes } from '../build.mjs';

it('the script that every visitor loads is at most 8 kB (gzip)', async () => {
  expect(sizes(await script('src/script.ts')).gzip).toBeLessThanOrEqual(8_000);
});

it('the script means the same in every charset', async () => {
  const code = await script('src/script.ts');
  expect(Buffer.byteLength(code)).toBe(code.length);
});

it('the overlay is no part of it', async () => {
  expect(await script('src/script.ts')).not.toContain('position');
});

it('the snippet in the page is at most 1 kB (gzip)', () => {
  const snippet = trackerSnippet({ endpoint: 'https://events.example.com', writeKey: 'wk_0123456789abcdef' });
  expect(sizes(snippet).gzip).toBeLessThanOrEqual(1_000);
});
