import { setTimeout as sleep } from 'node:timers/promises';
import { byYear, isHistory, linesBut, type Partitions } from './witness.js';

/** What repeating an insert needs of the warehouse. */
export interface Shore {
  rows<T>(sql: string, params: Record<string, unknown>): Promise<T[]>;
  insert(table: string, ndjson: string, token: string): Promise<void>;
  freshToken(): string;
}

/** An insert whose sender was cut off may still be writing; its part appears at once after its token. */
const SETTLE_MS = 500;

async function landedYears(shore: Shore, table: string, partitions: Partitions): Promise<Set<number>> {
  const witnesses = [...partitions.values()].map(({ witness }) => witness);
  const rows = await shore.rows<{ year: number }>(
    `SELECT DISTINCT toYear(at) AS year FROM ${table} WHERE profile IN {profiles:Array(UInt32)}
     AND toUnixTimestamp64Milli(at) IN {ats:Array(Int64)} AND seq IN {seqs:Array(UInt64)}`,
    {
      profiles: witnesses.map(({ profile }) => profile),
      ats: witnesses.map(({ at }) => at),
      seqs: witnesses.map(({ seq }) => seq),
    },
  );
  return new Set(rows.map(({ year }) => year));
}

/**
 * Brings in what an earlier attempt under `token` left out. ClickHouse's token alone cannot do it: the engine notes the
 * token before the part gets its name, so a kill between the two leaves a token without rows, and every later insert
 * under it is dropped in silence (seen with chDB 3.4.0, killed on entry to that rename; the note is not synced either,
 * so a power failure may lose it while the part stays). So we look for the rows themselves.
 */
export async function repeatInsert(shore: Shore, table: string, ndjson: string, token: string): Promise<void> {
  // A snapshot that is there twice counts once.
  if (!isHistory(table)) return shore.insert(table, ndjson, shore.freshToken());
  const partitions = byYear(ndjson);
  const missing = async () => linesBut(partitions, await landedYears(shore, table, partitions));
  const first = await missing();
  if (first === '') return;
  // Under its own token, since the attempt that was cut off may land at this moment.
  await shore.insert(table, first, token);
  if ((await missing()) === '') return;
  await sleep(SETTLE_MS);
  const dropped = await missing();
  if (dropped !== '') await shore.insert(table, dropped, shore.freshToken());
}
