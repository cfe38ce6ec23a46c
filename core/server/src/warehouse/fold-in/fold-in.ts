import { PlatformError } from '@perennial/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Appender } from '../append/appender.js';
import { COUNTS, LIVING_PROFILE, RELOAD_ALIASES } from '../queries/living.js';
import type { Warehouse } from '../warehouse.js';

interface Tools {
  warehouse: Warehouse;
  appender: Appender;
  /** How long a query may run that began before the last exchange, ms; what it needs is not forgotten before. */
  longestQueryMs?: number | undefined;
}

const LONGEST_QUERY_MS = 40_000;

export interface FoldInStatus {
  isRunning: boolean;
  /** Partitions done and to do, of all tables. */
  done: number;
  total: number;
}

/** Tables whose rows keep the number that they arrived with, partitioned by year. */
const TABLES = ['events', 'tag_changes', 'transitions', 'deliveries'] as const;

/** Fewer aliases than this cost a query next to nothing. */
const WORTH_IT = 10_000;
/** More than this share of the rows' people: then point reads look in several places for most people. */
const WORTH_SHARE = 0.01;

/**
 * Folds merges and splits into history: rows get the number under which they count today, void ones go, and the aliases
 * that are not needed any more are forgotten. A partition is exchanged whole and at once, between two appends; whoever
 * asks meanwhile gets the same answer from the old rows or the new ones. A kill at any statement leaves old rows or new
 * ones, and the next run begins with whatever is left to do.
 */
export class FoldIn {
  private progress: FoldInStatus = { isRunning: false, done: 0, total: 0 };

  constructor(private readonly tools: Tools) {}

  status(): FoldInStatus {
    return this.progress;
  }

  async isWorthIt(): Promise<boolean> {
    const [row] = await this.tools.warehouse.rows<{ aliases: number; people: number }>(
      'SELECT (SELECT uniqExact(src) FROM aliases) AS aliases, (SELECT uniq(profile) FROM profiles) AS people',
    );
    return row!.aliases >= WORTH_IT && row!.aliases >= row!.people * WORTH_SHARE;
  }

  /** Everything that is known now; what is merged meanwhile keeps its alias. */
  async run(): Promise<void> {
    if (this.progress.isRunning)
      throw new PlatformError('WAREHOUSE_FOLD_RUNNING', 'history is being folded already', { kind: 'conflict' });
    this.progress = { isRunning: true, done: 0, total: 0 };
    try {
      await this.tools.appender.drained();
      const revision = await this.newestRevision();
      const parts = await this.unfolded();
      this.progress.total = parts.length;
      for (const { table, year } of parts) {
        await this.tools.appender.between(() => this.exchange(table, year));
        this.progress.done += 1;
      }
      await sleep(this.tools.longestQueryMs ?? LONGEST_QUERY_MS);
      await this.tools.appender.between(() => this.forget(revision));
    } finally {
      this.progress.isRunning = false;
    }
  }

  private async newestRevision(): Promise<number> {
    const [row] = await this.tools.warehouse.rows<{ revision: number }>(
      'SELECT greatest((SELECT max(revision) FROM aliases), (SELECT max(revision) FROM voided)) AS revision',
    );
    return row!.revision;
  }

  private async unfolded(): Promise<{ table: (typeof TABLES)[number]; year: number }[]> {
    const found: { table: (typeof TABLES)[number]; year: number }[] = [];
    for (const table of TABLES) {
      const sql = `SELECT DISTINCT toYear(at) AS year FROM ${table} 
        WHERE ${LIVING_PROFILE} != profile OR NOT (${COUNTS}) ORDER BY year`;
      for (const { year } of await this.tools.warehouse.rows<{ year: number }>(sql)) found.push({ table, year });
    }
    return found;
  }

  private async exchange(table: (typeof TABLES)[number], year: number): Promise<void> {
    const { warehouse } = this.tools;
    const folded = `${table}_folded`;
    // A run that was cut off may have left its half.
    await warehouse.command(`DROP TABLE IF EXISTS ${folded} SYNC`);
    await warehouse.command(`CREATE TABLE ${folded} AS ${table}`);
    await warehouse.command(
      `INSERT INTO ${folded} SELECT * REPLACE (toUInt32(${LIVING_PROFILE}) AS profile) FROM ${table}
       WHERE toYear(at) = {year:UInt16} AND ${COUNTS}`,
      { year },
    );
    await warehouse.command(`ALTER TABLE ${table} REPLACE PARTITION ${year} FROM ${folded}`);
    await warehouse.command(`DROP TABLE ${folded} SYNC`);
  }

  /** No row bears these numbers any more. */
  private async forget(revision: number): Promise<void> {
    const { warehouse } = this.tools;
    for (const table of ['aliases', 'voided'])
      await warehouse.command(
        `ALTER TABLE ${table} DELETE WHERE revision <= {revision:UInt64} SETTINGS mutations_sync = 1`,
        { revision },
      );
    await warehouse.command(RELOAD_ALIASES);
  }
}
