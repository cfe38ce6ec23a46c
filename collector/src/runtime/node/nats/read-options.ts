import { accessSync, constants } from 'node:fs';
import type { NatsOptions } from './options.js';

type Env = Record<string, string | undefined>;

export interface Reading {
  number: (name: string, fallback: number, min: number, max: number) => number;
  require: (isRight: boolean, problem: string) => void;
}

const MB = 1024 * 1024;

/** `undefined` where the log goes straight to core. Problems are gathered, and no value is printed. */
export function readNatsOptions(env: Env, { number, require }: Reading): NatsOptions | undefined {
  const way = env['PERENNIAL_LOG'] || 'http';
  require(['http', 'nats'].includes(way), 'PERENNIAL_LOG must be http or nats');
  if (way !== 'nats') return undefined;
  const text = (name: string) => env[`PERENNIAL_NATS_${name}`] || undefined;
  const file = (name: string) => {
    const path = text(name);
    require(path === undefined || isReadable(path), `PERENNIAL_NATS_${name} must be a file that can be read`);
    return path;
  };
  const servers = (text('URL') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  require(servers.length > 0 &&
    servers.every(
      isNatsUrl,
    ), 'PERENNIAL_NATS_URL must be addresses that begin with nats:// or tls://, with commas between them and no password');
  require(Boolean(text('USER')) ===
    Boolean(text('PASSWORD')), 'PERENNIAL_NATS_USER and PERENNIAL_NATS_PASSWORD go together');
  require(Boolean(text('CERT')) === Boolean(text('KEY')), 'PERENNIAL_NATS_CERT and PERENNIAL_NATS_KEY go together');
  return {
    servers,
    credentialsFile: file('CREDENTIALS'),
    user: text('USER'),
    password: text('PASSWORD'),
    caFile: file('CA'),
    certFile: file('CERT'),
    keyFile: file('KEY'),
    replicas: number('PERENNIAL_NATS_REPLICAS', 1, 1, 5),
    maxBytes: number('PERENNIAL_NATS_MAX_MB', 10_240, 16, 10_000_000) * MB,
  };
}

const isNatsUrl = (text: string): boolean => /^(nats|tls):\/\/[^/@]+$/.test(text) && URL.canParse(text);

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
