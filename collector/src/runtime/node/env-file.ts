import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Takes the settings of `.env` in the working folder into the environment, which wins; says which file it was. */
export function readEnvFile(path = resolve('.env')): string | undefined {
  if (!existsSync(path)) return undefined;
  process.loadEnvFile(path);
  return path;
}
