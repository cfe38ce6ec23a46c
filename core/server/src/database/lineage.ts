import { PlatformError } from '@perennial/contract';
import type { DataSource, MigrationInterface } from 'typeorm';
import { VERSION } from '../version.js';
import { DATABASE } from './database.errors.js';
import { RECORD_STATE, readFact, writeFact } from './record-state.js';

/** Names of migrations, as TypeORM notes them. */
export interface Lineage {
  /** What has run on this record. */
  applied: string[];
  /** What this program and its plugins bring. */
  known: string[];
  /** What plugins had brought, as the record remembers; undefined for a record of before it did. */
  ofPlugins: string[] | undefined;
}

/**
 * What has run and nobody here knows: work of plugins that were taken out since, or of a newer version, which this one
 * must not write after. A record that remembers nothing of plugins was last written by an older version.
 */
export function strangers({ applied, known, ofPlugins }: Lineage): { ofPlugins: string[]; newer: string[] } {
  const unknown = applied.filter((name) => !known.includes(name));
  if (!ofPlugins) return { ofPlugins: unknown, newer: [] };
  return {
    ofPlugins: unknown.filter((name) => ofPlugins.includes(name)),
    newer: unknown.filter((name) => !ofPlugins.includes(name)),
  };
}

/** Throws `DATABASE_NEWER` before anything is changed, when a newer version has written this record. */
export async function refuseNewer(dataSource: DataSource): Promise<void> {
  const { newer } = strangers(await lineageOf(dataSource));
  if (newer.length === 0) return;
  const writer = (await readFact(dataSource, 'version')) ?? 'unknown';
  throw new PlatformError(
    DATABASE.NEWER,
    `this record was written by a newer version of Perennial (last by ${writer}; this is ${VERSION}) and holds changes that ` +
      `this version does not know: ${newer.join(', ')}. Start the newer version, or put back the copy from before the upgrade`,
    { kind: 'conflict', details: { migrations: newer } },
  );
}

/** Remembers who brought the tables up to date; run it after the migrations. */
export async function signRecord(dataSource: DataSource, pluginMigrations: string[]): Promise<void> {
  if (!(await hasTable(dataSource, RECORD_STATE.name))) return;
  const lineage = await lineageOf(dataSource);
  const before = lineage.ofPlugins ?? [];
  const plugins = [...new Set([...before, ...strangers(lineage).ofPlugins, ...pluginMigrations])].sort();
  if (lineage.ofPlugins === undefined || plugins.length > before.length)
    await writeFact(dataSource.manager, 'plugin_migrations', JSON.stringify(plugins));
  if ((await readFact(dataSource, 'version')) !== VERSION) await writeFact(dataSource.manager, 'version', VERSION);
}

async function lineageOf(dataSource: DataSource): Promise<Lineage> {
  const known = dataSource.migrations.map(nameOf);
  const applied = (await hasTable(dataSource, 'migrations'))
    ? await dataSource.query<{ name: string }[]>('SELECT name FROM migrations')
    : [];
  const isSigned = await hasTable(dataSource, RECORD_STATE.name);
  const remembered = isSigned ? await readFact(dataSource, 'plugin_migrations') : undefined;
  return {
    applied: applied.map(({ name }) => name),
    known,
    ofPlugins: remembered === undefined ? undefined : (JSON.parse(remembered) as string[]),
  };
}

export const nameOf = (migration: MigrationInterface): string => migration.name ?? migration.constructor.name;

async function hasTable(dataSource: DataSource, name: string): Promise<boolean> {
  const runner = dataSource.createQueryRunner();
  try {
    return await runner.hasTable(name);
  } finally {
    await runner.release();
  }
}
