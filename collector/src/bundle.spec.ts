import { expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

it('is at most 12 kB (gzip) as an edge bundle, and needs nothing of Node', async () => {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, 'app.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
    conditions: ['@perennial/source'],
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  const code = bundle.outputFiles[0]!.contents;
  expect(gzipSync(code).length).toBeLessThan(12_000);
  expect(new TextDecoder().decode(code)).not.toMatch(/from ?["']node:/);
});
