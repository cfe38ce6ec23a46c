import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { ScriptFile } from '../../script-files.js';
import type { Log } from './log.js';

const FILES = ['perennial.js', 'perennial-parts.js', 'perennial-state.js', 'perennial-debug.js'];

/** The built scripts of the tracker's package. Without them the collector collects all the same, and says so. */
export function readScripts(log: Log): Record<string, ScriptFile> {
  const { resolve } = createRequire(import.meta.url);
  try {
    return Object.fromEntries(
      FILES.map((name) => [`/${name}`, pack(readFileSync(resolve(`@perennial/sdk-web/${name}`)))]),
    );
  } catch (error) {
    log('error', 'the tracker script is not built, so it is not served', { reason: (error as Error).message });
    return {};
  }
}

function pack(content: Buffer): ScriptFile {
  const etag = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => Uint8Array.from(buffer);
  return {
    etag,
    plain: bytes(content),
    gzip: bytes(gzipSync(content, { level: 9 })),
    br: bytes(brotliCompressSync(content)),
  };
}
