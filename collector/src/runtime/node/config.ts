import { join, resolve } from 'node:path';
import type { NatsOptions } from './nats/options.js';
import { readNatsOptions } from './nats/read-options.js';

export interface CollectorConfig {
  host: string;
  port: number;
  /** Folder of the spool. */
  folder: string;
  coreUrl: string;
  secret: string | undefined;
  /** File that core and collector share when no secret is set. */
  secretFile: string;
  maxBytes: number;
  /** How long what core has applied stays on the disk; an hour when absent. */
  keepMs?: number;
  truncatesIp: boolean;
  /** Proxies of ours before the collector: whose word in `X-Forwarded-For` counts. 0 when absent. */
  proxies?: number;
  /** A MaxMind DB file of places, for who has one. */
  geoFile?: string | undefined;
  /** How often core is asked for the write keys. */
  keyPollMs: number;
  /** How long it still takes requests after it was told to stop, so that balancers can look away; 0 when absent. */
  leaveMs?: number;
  /** Absent where the log goes straight to core. */
  nats?: NatsOptions | undefined;
}

/** Wrong settings, all in one message; values are not printed. */
export class ConfigError extends Error {}

type Env = Record<string, string | undefined>;

const KEY_POLL_MS = 2_000;
const MB = 1024 * 1024;

export function readConfig(env: Env): CollectorConfig {
  const problems: string[] = [];
  const number = (name: string, fallback: number, min: number, max: number) => {
    const value = Number(env[name] || fallback);
    if (!Number.isInteger(value) || value < min || value > max)
      problems.push(`${name} must be a whole number from ${min} to ${max}`);
    return value;
  };
  const require = (isRight: boolean, problem: string) => {
    if (!isRight) problems.push(problem);
  };
  const dataDir = resolve(env['PERENNIAL_DATA_DIR'] || './data');
  const coreUrl = env['PERENNIAL_CORE_URL'] || `http://127.0.0.1:${number('PERENNIAL_PORT', 3000, 0, 65_535)}`;
  const secret = env['PERENNIAL_COLLECTOR_SECRET'] || undefined;
  const truncate = env['PERENNIAL_TRUNCATE_IP'] || 'on';
  require(isHttpUrl(coreUrl), 'PERENNIAL_CORE_URL must be an address that begins with http:// or https://');
  require(secret === undefined || secret.length >= 16, 'PERENNIAL_COLLECTOR_SECRET must have at least 16 characters');
  require(['on', 'off'].includes(truncate), 'PERENNIAL_TRUNCATE_IP must be on or off');
  const config = {
    host: env['PERENNIAL_COLLECTOR_HOST'] || '0.0.0.0',
    port: number('PERENNIAL_COLLECTOR_PORT', 3001, 0, 65_535),
    folder: join(dataDir, 'collector'),
    coreUrl: coreUrl.replace(/\/+$/, ''),
    secret,
    secretFile: join(dataDir, 'collector.secret'),
    maxBytes: number('PERENNIAL_SPOOL_MAX_MB', 2048, 1, 1_000_000) * MB,
    keepMs: number('PERENNIAL_SPOOL_KEEP_MINUTES', 60, 1, 525_600) * 60_000,
    truncatesIp: truncate === 'on',
    proxies: number('PERENNIAL_TRUSTED_PROXIES', 0, 0, 10),
    geoFile: env['PERENNIAL_GEO_FILE'] ? resolve(env['PERENNIAL_GEO_FILE']) : undefined,
    keyPollMs: KEY_POLL_MS,
    leaveMs: number('PERENNIAL_LEAVE_SECONDS', 0, 0, 300) * 1000,
    nats: readNatsOptions(env, { number, require }),
  };
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return config;
}

const isHttpUrl = (text: string): boolean => /^https?:\/\//.test(text) && URL.canParse(text);
