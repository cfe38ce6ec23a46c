import { PlatformError } from '@perennial/contract';
import type { Endpoint, EndpointSource } from './endpoint.js';
import { WAREHOUSE } from './warehouse.errors.js';

const DEFAULT_DATABASE = 'perennial';
const IDENTIFIER = /^[A-Za-z_]\w{0,62}$/;

const invalid = (why: string): PlatformError =>
  new PlatformError(WAREHOUSE.URL_INVALID, `The ClickHouse URL ${why}: http(s)://user:password@host:8123/database`, {
    kind: 'invalid',
  });

/** Reads `http(s)://user:password@host:port/database`; user `default` and database `perennial` when absent. */
export function readEndpoint(text: string): Endpoint {
  if (!URL.canParse(text)) throw invalid('cannot be read');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid('must begin with http:// or https://');
  const database = url.pathname.slice(1) || DEFAULT_DATABASE;
  if (!IDENTIFIER.test(database)) throw invalid('names a database that is no identifier');
  return {
    url: url.origin,
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database,
    life: 0,
  };
}

export class RemoteEndpoint implements EndpointSource {
  private readonly endpoint: Endpoint;

  constructor(url: string) {
    this.endpoint = readEndpoint(url);
  }

  current(): Promise<Endpoint> {
    return Promise.resolve(this.endpoint);
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
