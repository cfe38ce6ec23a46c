import type { DataSource } from 'typeorm';

/**
 * Folds SQLite's log into the file and empties it: it holds pages as they were before something was deleted, until it is
 * written over, which on a quiet platform takes weeks. MariaDB purges by itself.
 */
export async function emptyLog(dataSource: DataSource): Promise<void> {
  if (dataSource.options.type === 'better-sqlite3') await dataSource.query('PRAGMA wal_checkpoint(TRUNCATE)');
}
