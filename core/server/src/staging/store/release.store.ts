import type { LifecycleDefinition } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { insertRows } from '../../database/index.js';
import type { ReleasedVersions } from '../../fold/definitions.js';
import { DAY } from '../../time/zone.js';

/** How long a version can be taken back exactly; its successor is decided beside it meanwhile. */
const KEPT_MS = 30 * DAY;

export interface VersionRow {
  version: number;
  is_current: number;
  doc: string;
}

/** Every version of a lifecycle, the oldest first. */
export const readVersions = (manager: EntityManager, key: string): Promise<VersionRow[]> =>
  manager.query<VersionRow[]>(
    'SELECT version, is_current, doc FROM lifecycle_definition WHERE `key` = ? ORDER BY version',
    [key],
  );

export const currentOf = (rows: readonly VersionRow[]): number => rows.find((row) => row.is_current)?.version ?? 0;

export const newestOf = (rows: readonly VersionRow[]): number => rows.at(-1)?.version ?? 0;

/** Puts a version in force: which earlier ones go on as shadows is written with it. */
export async function writeRelease(
  manager: EntityManager,
  definition: LifecycleDefinition,
  { kept, restores }: ReleasedVersions,
  { by, note, at }: { by: string; note: string; at: number },
): Promise<void> {
  const { key, version } = definition;
  await manager.query('UPDATE lifecycle_definition SET is_current = 0 WHERE `key` = ?', [key]);
  await writeKept(manager, key, kept, at);
  const columns = ['key', 'version', 'is_current', 'doc', 'created_at', 'restores'];
  const values = [key, version, 1, JSON.stringify(definition), at, restores ?? null];
  await insertRows(manager, 'lifecycle_definition', columns, [values]);
  const releaseColumns = ['key', 'version', 'at', 'done_by', 'note'];
  await insertRows(manager, 'lifecycle_release', releaseColumns, [[key, version, at, by, note]]);
}

/** The versions that go on as shadows, and no others; one that does so already keeps its own end. */
export async function writeKept(
  manager: EntityManager,
  key: string,
  kept: readonly number[],
  now: number,
): Promise<void> {
  // No version has the number 0, so that the list is never empty.
  const versions = [0, ...kept];
  const marks = versions.map(() => '?').join(', ');
  await manager.query(
    `UPDATE lifecycle_definition SET kept_until = NULL WHERE \`key\` = ? AND version NOT IN (${marks})`,
    [key, ...versions],
  );
  await manager.query(
    `UPDATE lifecycle_definition SET kept_until = ? WHERE \`key\` = ? AND kept_until IS NULL AND version IN (${marks})`,
    [now + KEPT_MS, key, ...versions],
  );
}

/** Lifecycles with a shadow whose time is over. */
export async function expiredLifecycles(manager: EntityManager, now: number): Promise<string[]> {
  const rows = await manager.query<{ key: string }[]>(
    'SELECT DISTINCT `key` FROM lifecycle_definition WHERE kept_until <= ?',
    [now],
  );
  return rows.map(({ key }) => key);
}

export async function expiredVersions(manager: EntityManager, key: string, now: number): Promise<number[]> {
  const rows = await manager.query<{ version: number }[]>(
    'SELECT version FROM lifecycle_definition WHERE `key` = ? AND kept_until <= ?',
    [key, now],
  );
  return rows.map(({ version }) => version);
}
