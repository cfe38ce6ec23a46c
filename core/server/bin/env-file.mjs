import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Takes the settings of `.env` into the environment, which wins, and says which file that was; children inherit them. */
export function readEnvFile(folder = join(import.meta.dirname, '..', '..', '..')) {
  const path = join(folder, '.env');
  if (!existsSync(path)) return undefined;
  process.loadEnvFile(path);
  return path;
}
