/** One row that stands for all rows of an insert which fall into one partition: they become one part, or none. */
export interface Witness {
  profile: number;
  at: number;
  seq: number;
}

/** Rows of one insert by partition, as lines, each group with its witness. */
export type Partitions = ReadonlyMap<number, { witness: Witness; lines: string[] }>;

const HISTORY_TABLES = new Set(['events', 'tag_changes', 'transitions', 'deliveries']);

/** History is partitioned by year and appended to for ever; other tables keep the newest row of a key. */
export const isHistory = (table: string): boolean => HISTORY_TABLES.has(table);

/** Groups NDJSON rows as `PARTITION BY toYear(at)` will. */
export function byYear(ndjson: string): Partitions {
  const years = new Map<number, { witness: Witness; lines: string[] }>();
  for (const line of ndjson.split('\n')) {
    if (line === '') continue;
    const { profile, at, seq } = JSON.parse(line) as Witness;
    const year = new Date(at).getUTCFullYear();
    const group = years.get(year);
    if (group) group.lines.push(line);
    else years.set(year, { witness: { profile, at, seq }, lines: [line] });
  }
  return years;
}

/** The rows of the years that have not landed. */
export const linesBut = (partitions: Partitions, landed: ReadonlySet<number>): string =>
  [...partitions].flatMap(([year, { lines }]) => (landed.has(year) ? [] : lines)).join('\n');
