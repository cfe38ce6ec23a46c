import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const MAX_STATEMENTS = 200;

/** What we use of the node:sqlite API; its own types come only with newer versions of Node's. */
interface StatementSync {
  columns(): unknown[];
  all(...values: Bindable[]): unknown[];
  get(...values: Bindable[]): unknown;
  run(...values: Bindable[]): unknown;
}
interface NodeDatabase {
  exec(sql: string): void;
  prepare(sql: string): StatementSync;
  close(): void;
}

type Bindable = string | number | bigint | null | Uint8Array;

/** A file of its own, outside TypeORM. */
export const openEngine = (path: string): Pick<NodeDatabase, 'exec' | 'close'> => new (loadEngine())(path);

/** Node's own SQLite from 22.13 on; below, the same API from a package with ready binaries. */
function loadEngine(): new (path: string) => NodeDatabase {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const isBuiltIn = major > 22 || (major === 22 && minor >= 13);
  const engine = require(isBuiltIn ? 'node:sqlite' : '@photostructure/sqlite') as {
    DatabaseSync: new (path: string) => NodeDatabase;
  };
  return engine.DatabaseSync;
}

function bindable(value: unknown): Bindable {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return value.toISOString();
  if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Uint8Array
  )
    return value;
  throw new TypeError(`SQLite cannot bind a ${typeof value}`);
}

/** A statement as TypeORM's better-sqlite3 driver wants it. */
class Statement {
  readonly reader: boolean;

  constructor(private readonly statement: StatementSync) {
    this.reader = statement.columns().length > 0;
  }

  all = (...values: unknown[]): unknown[] => this.statement.all(...values.map(bindable));
  get = (...values: unknown[]): unknown => this.statement.get(...values.map(bindable));
  run = (...values: unknown[]): unknown => this.statement.run(...values.map(bindable));
}

/**
 * What TypeORM's better-sqlite3 driver calls, over the node:sqlite API. Statements are prepared once per text. The log
 * is folded in every 32 MB: at the default of 4 MB nearly every batch of ingest would end with it. What is deleted is
 * overwritten: whole events wait here for the warehouse, and would stay in free pages.
 */
export class SqliteDriver {
  private readonly database: NodeDatabase;
  private readonly statements = new Map<string, Statement>();

  constructor(path: string) {
    this.database = new (loadEngine())(path);
    this.database.exec(
      'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 8000',
    );
  }

  prepare(sql: string): Statement {
    const statement = this.statements.get(sql) ?? new Statement(this.database.prepare(sql));
    // A Map keeps the order of setting, so its first entry is the one that nobody has used for the longest time.
    this.statements.delete(sql);
    this.statements.set(sql, statement);
    if (this.statements.size > MAX_STATEMENTS) this.statements.delete(this.statements.keys().next().value!);
    return statement;
  }

  exec(sql: string): this {
    this.statements.clear();
    this.database.exec(sql);
    return this;
  }

  pragma(text: string): unknown {
    return this.database.prepare(`PRAGMA ${text}`).all();
  }

  close(): void {
    this.statements.clear();
    this.database.close();
  }
}
