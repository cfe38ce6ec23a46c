import { PlatformError } from '@perennial/contract';
import type { PlatformFile } from '@perennial/kit';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const ROOT = resolve(import.meta.dirname, '../../..');

/** The operator's configuration file: plugins, and settings below those of the environment. */
export async function readPlatformFile(env: Record<string, string | undefined>): Promise<PlatformFile> {
  const path = resolve(env['PERENNIAL_CONFIG'] ?? join(ROOT, 'platform.config.mjs'));
  if (!existsSync(path))
    throw new PlatformError('CONFIG_INVALID', `there is no configuration file ${path}`, { kind: 'invalid' });
  const module = (await import(pathToFileURL(path).href)) as { default: PlatformFile };
  return module.default;
}
