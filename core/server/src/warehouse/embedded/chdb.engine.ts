import type { Session } from 'chdb';
import { quoteName, quoteText } from '../sql-text.js';
import type { Engine, EngineAnswer, EngineRequest } from './engine.js';
import { readInsert } from './insert.statement.js';

type Chdb = typeof import('chdb');

const MB = 1024 * 1024;
const NANO = 1e9;
/**
 * Server settings, given at connect. chDB sizes its caches for a machine of its own (5 GB of marks); core shares one.
 * They bound growth and do not change the idle size (243 MB resident either way, measured on chDB 3.4.0).
 */
const serverArguments = (memoryBytes: number): string[] => [
  `--max_server_memory_usage=${memoryBytes}`,
  `--mark_cache_size=${64 * MB}`,
  `--primary_index_cache_size=${64 * MB}`,
  `--index_mark_cache_size=${16 * MB}`,
  `--compiled_expression_cache_size=${16 * MB}`,
  `--query_condition_cache_size=${16 * MB}`,
];

const NAME = /^[A-Za-z_]\w*$/;

/** A SET statement is itself a query, and its text counts; a server has no such limit on parameters. */
const LONG_TEXT = 200_000;
const LIFT_LIMIT = 'SET max_query_size = 1000000000';

function setStatement(values: ReadonlyMap<string, string>, prefix: string): string | undefined {
  const set = [...values].map(([name, value]) => {
    if (!NAME.test(name)) throw new Error('Code: 115. DB::Exception: Setting name is no identifier. (UNKNOWN_SETTING)');
    return `${prefix}${name} = ${quoteText(value)}`;
  });
  return set.length === 0 ? undefined : `SET ${set.join(', ')}`;
}

/** What makes a fresh connection the session of this request. Parameters go first: `readonly` locks them too. */
function preparations({ database, settings, params }: EngineRequest): string[] {
  const use = database === undefined ? undefined : `USE ${quoteName(database)}`;
  const bind = setStatement(params, 'param_');
  const lift = bind !== undefined && bind.length > LONG_TEXT ? LIFT_LIMIT : undefined;
  return [use, lift, bind, setStatement(settings, '')].filter((statement) => statement !== undefined);
}

/**
 * chDB on one directory. Each request gets a connection of its own (0.4 ms): settings, parameters and `USE` then end
 * with it, as in a request to a server. Parameters are set on that connection, because chDB's call for binding them
 * shares state among connections and has to be serialised through the whole process.
 */
export class ChdbEngine implements Engine {
  private readonly keeper: Session;

  constructor(
    private readonly chdb: Chdb,
    private readonly directory: string,
    memoryBytes: number,
  ) {
    // The first connection decides the server's settings and keeps the engine open between requests.
    this.keeper = new chdb.Session(directory, { connectionArgs: serverArguments(memoryBytes) });
  }

  async run(request: EngineRequest): Promise<EngineAnswer> {
    const session = new this.chdb.Session(this.directory);
    try {
      for (const statement of preparations(request)) await session.queryAsync(statement);
      return await (request.data === undefined ? this.query(session, request) : this.insert(session, request));
    } finally {
      session.close();
    }
  }

  async close(waitMs: number): Promise<void> {
    await Promise.race([this.chdb.drainPending(), new Promise((resolve) => setTimeout(resolve, waitMs).unref())]);
    this.keeper.close();
  }

  private async query(session: Session, { query, format }: EngineRequest): Promise<EngineAnswer> {
    const result = await session.queryAsync(query, { format });
    const { rowsRead, bytesRead, elapsed } = result;
    const answer = { readRows: rowsRead, readBytes: bytesRead, writtenRows: 0, elapsedNs: Math.round(elapsed * NANO) };
    return { body: result.bytes(), ...answer };
  }

  private async insert(session: Session, request: EngineRequest): Promise<EngineAnswer> {
    const data = Buffer.from(request.data!);
    const insert = readInsert(request.query);
    if (!insert) return this.query(session, { ...request, query: `${request.query}\n${data.toString('utf8')}` });
    const { table, columns, format } = insert;
    const done = await session.insert({ table, format, values: data, ...(columns && { columns }) });
    const elapsedNs = Math.round(done.elapsed * NANO);
    return { body: new Uint8Array(0), readRows: 0, readBytes: data.length, writtenRows: done.rowsWritten, elapsedNs };
  }
}
