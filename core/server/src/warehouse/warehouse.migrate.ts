import { PlatformError } from '@perennial/contract';
import type { Endpoint } from './endpoint.js';
import { WAREHOUSE_MIGRATIONS, type WarehouseMigration } from './migrations/index.js';
import { MOVES, PERSON_EVENTS } from './queries/living.js';
import { quoteText } from './sql-text.js';
import { WAREHOUSE } from './warehouse.errors.js';
import type { Warehouse } from './warehouse.js';

const RECORD = `CREATE TABLE IF NOT EXISTS warehouse_migrations
  (version UInt32, name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
  ENGINE = MergeTree ORDER BY version`;

/** What is still to run, in order; throws when a newer program has been here, since there is no way back. */
export function pendingMigrations(
  applied: ReadonlySet<number>,
  known: readonly WarehouseMigration[],
): WarehouseMigration[] {
  const unknown = [...applied].filter((version) => !known.some((migration) => migration.version === version));
  if (unknown.length > 0)
    throw new PlatformError(WAREHOUSE.MIGRATION_UNKNOWN, 'The warehouse was migrated by a newer version of Perennial', {
      kind: 'conflict',
      details: { versions: unknown },
    });
  return known.filter(({ version }) => !applied.has(version)).sort((a, b) => a.version - b.version);
}

/**
 * Profile to the living profile it was merged into, in memory. Derived from `aliases`, so it is made anew at each start,
 * with today's credentials: a dictionary reads its table as a client would.
 */
const aliasDictionary = ({ username, password, database }: Endpoint, isLocal: boolean): string => `
CREATE OR REPLACE DICTIONARY alias (src UInt64, dst UInt32) PRIMARY KEY src
SOURCE(CLICKHOUSE(${isLocal ? '' : `USER ${quoteText(username)} PASSWORD ${quoteText(password)} `}QUERY ${quoteText(
  `SELECT toUInt64(src) AS src, argMax(dst, revision) AS dst FROM ${database}.aliases GROUP BY src`,
)})) LAYOUT(HASHED()) LIFETIME(0)`;

/** Brings the schema to today's version. Several processes may do so at once: each statement can run again. */
export async function migrate(warehouse: Warehouse, endpoint: Endpoint): Promise<void> {
  await warehouse.command(RECORD);
  const rows = await warehouse.rows<{ version: number }>('SELECT DISTINCT version FROM warehouse_migrations');
  for (const { version, name, statements } of pendingMigrations(
    new Set(rows.map((row) => row.version)),
    WAREHOUSE_MIGRATIONS,
  )) {
    for (const statement of statements) await warehouse.command(statement);
    await warehouse.command('INSERT INTO warehouse_migrations (version, name) SELECT {version:UInt32}, {name:String}', {
      version,
      name,
    });
  }
  // The embedded engine has one user without a password, behind the front's own.
  await warehouse.command(aliasDictionary(endpoint, endpoint.life > 0));
  await warehouse.command(PERSON_EVENTS);
  await warehouse.command(MOVES);
}
