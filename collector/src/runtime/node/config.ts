import { join, resolve } from 'node:path';

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
  truncatesIp: boolean;
}

/** Wrong settings, all in one message; values are not printed. */
export class ConfigError extends Error {}

export function readConfig(env: Record<string, string | undefined>): CollectorConfig {
  const problems: string[] = [];
  const number = (name: string, fallback: number, max: number) => {
    const value = Number(env[name] ?? fallback);
    if (!Number.isInteger(value) || value < 0 || value > max)
      problems.push(`${name} must be a whole number up to ${max}`);
    return value;
  };
  const dataDir = resolve(env['PERENNIAL_DATA_DIR'] || './data');
  const corePort = number('PERENNIAL_PORT', 3000, 65_535);
  const coreUrl = env['PERENNIAL_CORE_URL'] || `http://127.0.0.1:${corePort}`;
  if (!/^https?:\/\//.test(coreUrl)) problems.push('PERENNIAL_CORE_URL must begin with http:// or https://');
  const truncate = env['PERENNIAL_TRUNCATE_IP'] || 'on';
  if (!['on', 'off'].includes(truncate)) problems.push('PERENNIAL_TRUNCATE_IP must be on or off');
  const config = {
    host: env['PERENNIAL_COLLECTOR_HOST'] || '0.0.0.0',
    port: number('PERENNIAL_COLLECTOR_PORT', 3001, 65_535),
    folder: join(dataDir, 'collector'),
    coreUrl: coreUrl.replace(/\/$/, ''),
    secret: env['PERENNIAL_COLLECTOR_SECRET'] || undefined,
    secretFile: join(dataDir, 'collector.secret'),
    maxBytes: number('PERENNIAL_SPOOL_MAX_MB', 2048, 1_000_000) * 1024 * 1024,
    truncatesIp: truncate === 'on',
  };
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return config;
}
