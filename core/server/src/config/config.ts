import { PlatformError } from '@perennial/contract';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { join, resolve } from 'node:path';
import { CONFIG } from './config.errors.js';
import { FOREIGN_NAMES, SECRET_SETTINGS, SETTING_NAMES, Settings } from './settings.js';

const PREFIX = 'PERENNIAL_';

type Key = keyof typeof SETTING_NAMES;
const BY_NAME = new Map(Object.entries(SETTING_NAMES).map(([key, name]) => [name as string, key as Key]));

/** Settings with the places that follow from them. */
export type Config = Settings & { databaseUrl: string; keysFile: string };

export interface ConfigInput {
  /** `process.env`, read by `main` alone. */
  env: Record<string, string | undefined>;
  /** `settings` of the configuration file, by the same names without the prefix; the environment wins. */
  file?: Record<string, unknown>;
}

/** The whole configuration, or one `CONFIG_INVALID` that names everything wrong with it and prints no value. */
export function readConfig({ env, file = {} }: ConfigInput): Config {
  const fromFile = named(file, '');
  const fromEnv = named(env, PREFIX);
  const settings = plainToInstance(Settings, { ...fromFile.values, ...fromEnv.values }, { exposeDefaultValues: true });
  const wrong = validateSync(settings).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((sentence) => `${PREFIX}${SETTING_NAMES[property as Key]}: ${sentence}`),
  );
  const problems = [...fromFile.unknown, ...fromEnv.unknown, ...wrong];
  if (problems.length > 0) throw new PlatformError(CONFIG.INVALID, problems.join('\n'), { kind: 'invalid' });
  return withPlaces(settings);
}

function named(input: Record<string, unknown>, prefix: string): { values: Record<string, unknown>; unknown: string[] } {
  const values: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(input)) {
    if (!name.startsWith(prefix) || value === undefined || value === '') continue;
    const short = name.slice(prefix.length);
    const key = BY_NAME.get(short);
    if (key) values[key] = value;
    else if (!FOREIGN_NAMES.includes(short))
      unknown.push(`${name} is no setting; did you mean ${prefix}${nearest(short)}?`);
  }
  return { values, unknown };
}

const nearest = (name: string): string =>
  [...BY_NAME.keys()].toSorted((a, b) => distance(a, name) - distance(b, name))[0]!;

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}

function withPlaces(settings: Settings): Config {
  const dataDir = resolve(settings.dataDir);
  return Object.assign(settings, {
    dataDir,
    databaseUrl: settings.databaseUrl ?? `sqlite:${join(dataDir, 'record.db')}`,
    keysFile: settings.keysFile ?? join(dataDir, 'keys.json'),
  });
}

/** The configuration for people's eyes: secrets and passwords in URLs are masked. */
export function describeConfig(config: Config): Record<string, unknown> {
  const shown = Object.entries(config).map(([key, value]) => {
    if ((SECRET_SETTINGS as readonly string[]).includes(key)) return [key, value === undefined ? undefined : '***'];
    return [key, typeof value === 'string' ? value.replace(/(:\/\/[^:/@]*):[^@/]*@/, '$1:***@') : value];
  });
  return Object.fromEntries(shown) as Record<string, unknown>;
}
