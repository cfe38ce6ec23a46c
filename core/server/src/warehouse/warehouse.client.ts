import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { PlatformError } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from './backoff.js';
import type { Endpoint, EndpointSource } from './endpoint.js';
import { repeatInsert, type Shore } from './landing/repeat.js';
import { migrate } from './warehouse.migrate.js';
import { WAREHOUSE } from './warehouse.errors.js';
import { connectionFailure, toPlatformError } from './warehouse.failure.js';
import { Warehouse } from './warehouse.js';

export interface WarehouseLimits {
  /** Longest wait of a call for an engine that is down. */
  waitMs: number;
  /** Longest run of a query. */
  queryMs: number;
}

const DEFAULT_LIMITS: WarehouseLimits = { waitMs: 30_000, queryMs: 30_000 };
/** The engine's own limit answers first and says what happened; the client's is for an engine that hangs. */
const GRACE_MS = 5_000;
const TABLE = /^[a-z_]{1,64}$/;

/** May the call run again after its connection broke? `once` bounds a query that itself kills the engine. */
type Repeat = 'never' | 'once' | 'always';

const settingsFor = (queryMs: number) => ({
  max_execution_time: Math.ceil(queryMs / 1000),
  output_format_json_quote_64bit_integers: 0 as const,
  date_time_output_format: 'iso' as const,
});

const insertSettings = (token: string) => ({
  insert_deduplicate: 1 as const,
  insert_deduplication_token: token,
  async_insert: 0 as const,
  // Batches reach over few years; a wild timestamp must not stop all that follow at the default limit of 100.
  max_partitions_per_insert_block: '0',
  // A second belt: what is committed is mended before it is sent. A bad escape then stays as it is written.
  input_format_json_throw_on_bad_escape_sequence: 0 as const,
});

async function send(client: ClickHouseClient, table: string, ndjson: string, token: string): Promise<void> {
  const values = Readable.from([Buffer.from(ndjson)], { objectMode: false });
  const query = `INSERT INTO ${table} FORMAT JSONEachRow`;
  const { stream } = await client.exec({ query, values, clickhouse_settings: insertSettings(token) });
  await finished(stream.resume());
}

function connect({ url, username, password, database }: Endpoint, { queryMs }: WarehouseLimits): ClickHouseClient {
  return createClient({
    url,
    username,
    password,
    database,
    request_timeout: queryMs + GRACE_MS,
    use_multipart_params_auto: true,
    clickhouse_settings: settingsFor(queryMs),
    // Its lines carry query parameters.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/** The one way to ClickHouse: the official client over HTTP, to a server or to the front of the embedded engine. */
export class ClickHouseWarehouse extends Warehouse {
  private readonly limits: WarehouseLimits;
  private connection: { life: number; client: ClickHouseClient } | undefined;
  private migrated: Promise<void> | undefined;

  constructor(
    private readonly source: EndpointSource,
    limits: Partial<WarehouseLimits> = {},
  ) {
    super();
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  rows<T>(sql: string, params: Record<string, unknown> = {}, signal?: AbortSignal): Promise<T[]> {
    return this.run('once', async (client) => {
      signal?.throwIfAborted();
      const abort = signal && { abort_signal: signal };
      const result = await client.query({ query: sql, query_params: params, format: 'JSONEachRow', ...abort });
      return result.json<T>();
    });
  }

  async command(sql: string, params: Record<string, unknown> = {}): Promise<void> {
    await this.run('never', (client) => client.command({ query: sql, query_params: params }));
  }

  async insert(table: string, ndjson: string, token: string, { isRepeat = false } = {}): Promise<void> {
    if (!TABLE.test(table)) throw new PlatformError(WAREHOUSE.TABLE_INVALID, 'A table name is a lower-case word');
    if (ndjson === '') return;
    const shore: Shore = {
      rows: (sql, params) => this.rows(sql, params),
      insert: (...what) => this.append(...what),
      freshToken: () => `${token}:${randomUUID()}`,
    };
    await this.run('always', (client, losses) =>
      isRepeat || losses > 0 ? repeatInsert(shore, table, ndjson, token) : send(client, table, ndjson, token),
    );
  }

  async ready(): Promise<void> {
    this.migrated ??= this.migrateOnce();
    try {
      await this.migrated;
    } catch (error) {
      this.migrated = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.connection?.client.close();
    this.connection = undefined;
    await this.source.stop();
  }

  private async migrateOnce(): Promise<void> {
    const endpoint = await this.source.current(this.limits.waitMs);
    const bootstrap = new ClickHouseWarehouse(
      {
        current: async (waitMs) => ({ ...(await this.source.current(waitMs)), database: 'default' }),
        stop: async () => {},
      },
      this.limits,
    );
    try {
      await bootstrap.command(`CREATE DATABASE IF NOT EXISTS ${endpoint.database}`);
      await migrate(this, endpoint);
    } finally {
      await bootstrap.close();
    }
  }

  private async run<T>(repeat: Repeat, work: (client: ClickHouseClient, losses: number) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.limits.waitMs;
    for (let failures = 0, losses = 0; ; failures++) {
      const waitMs = deadline - performance.now();
      const endpoint = await this.source.current(Math.max(0, waitMs));
      try {
        return await work(await this.clientOf(endpoint), losses);
      } catch (error) {
        const failure = connectionFailure(error);
        if (failure === 'lost') losses++;
        const mayRepeat = failure === 'unreached' || (failure === 'lost' && this.repeats(repeat, losses));
        if (!mayRepeat || waitMs <= 0) throw toPlatformError(error);
        await sleep(Math.min(backoff(failures), 1_000));
      }
    }
  }

  /** Without the care for lost connections, which the repeat above it takes. */
  private append(table: string, ndjson: string, token: string): Promise<void> {
    return this.run('never', (client) => send(client, table, ndjson, token));
  }

  private repeats(repeat: Repeat, losses: number): boolean {
    return repeat === 'always' || (repeat === 'once' && losses <= 1);
  }

  private async clientOf(endpoint: Endpoint): Promise<ClickHouseClient> {
    const { connection } = this;
    if (connection?.life === endpoint.life) return connection.client;
    const client = connect(endpoint, this.limits);
    this.connection = { life: endpoint.life, client };
    await connection?.client.close();
    return client;
  }
}
