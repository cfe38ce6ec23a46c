import { PlatformError } from '@perennial/contract';
import type { DataSource, QueryRunner } from 'typeorm';
import { DATABASE } from '../database.errors.js';

const MAX_WAIT_S = 60;
/** Locks are named for the whole server, in at most 64 characters. */
const LOCK_NAME = `LEFT(CONCAT('perennial.', DATABASE()), 64)`;

/**
 * Brings the tables up to date while other processes that start at the same time wait: MySQL has no transaction around
 * a change of tables, and two that create the same one would both fail to start.
 */
export async function migrateAlone(dataSource: DataSource, bringUpToDate: () => Promise<void>): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await hold(runner);
    try {
      await setCollation(runner);
      await bringUpToDate();
    } finally {
      // The lock belongs to the session, which goes back to the pool and lives on.
      await runner.query(`SELECT RELEASE_LOCK(${LOCK_NAME})`);
    }
  } finally {
    await runner.release();
  }
}

async function hold(runner: QueryRunner): Promise<void> {
  const rows = (await runner.query(`SELECT GET_LOCK(${LOCK_NAME}, ${MAX_WAIT_S}) AS got`)) as { got: unknown }[];
  if (Number(rows[0]?.got) === 1) return;
  throw new PlatformError(DATABASE.MIGRATION_HELD, 'another process is still bringing the tables up to date', {
    kind: 'transient',
  });
}

/**
 * Tables inherit the database's collation, and that of a plain CREATE DATABASE takes "a" and "A" for the same
 * identifier (and in MariaDB 10 holds no Chinese at all). So the database is changed before its first table is made.
 */
async function setCollation(runner: QueryRunner): Promise<void> {
  const rows = (await runner.query('SELECT @@collation_database AS collation')) as { collation: string }[];
  if (rows[0]?.collation === 'utf8mb4_bin') return;
  try {
    await runner.query('ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
  } catch (cause) {
    throw new PlatformError(
      DATABASE.COLLATION_REFUSED,
      'the database must have CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, and its user may not change that',
      { kind: 'invalid', cause },
    );
  }
}
