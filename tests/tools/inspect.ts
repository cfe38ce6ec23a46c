import { CORE_MIGRATIONS, CORE_TABLES, openDatabase, openWarehouse, type ProfileState } from '@perennial/server';
import { join } from 'node:path';

/** What a system that has stopped left in both stores, without the numbers that depend on who came first. */
export interface Remains {
  /** Sorted, one text a person: identifiers, tags, stage, counts, as the record has them. */
  record: string[];
  /** The same people as the warehouse's snapshots have them. */
  snapshots: string[];
  /** Events in the warehouse, and how many different ones. */
  events: number;
  distinctEvents: number;
  transitions: number;
  pending: number;
}

/** Opens the stores of a stopped system and reads them whole. */
export async function inspect(folder: string, url = `sqlite:${join(folder, 'record.db')}`): Promise<Remains> {
  const dataSource = await openDatabase({ url, tables: CORE_TABLES, migrations: CORE_MIGRATIONS });
  const warehouse = openWarehouse({ directory: join(folder, 'warehouse') });
  try {
    const rows = await dataSource.query<{ id: number; doc: string }[]>(
      'SELECT id, doc FROM profile WHERE doc IS NOT NULL',
    );
    const identifiers = await dataSource.query<{ profile_id: number; hash: string }[]>(
      'SELECT profile_id, hash FROM identifier',
    );
    const [{ n: pending }] = await dataSource.query<[{ n: number }]>('SELECT COUNT(*) AS n FROM warehouse_pending');
    const names = new Map<number, string>();
    for (const { profile_id: id, hash } of identifiers.sort((a, b) => (a.hash < b.hash ? -1 : 1)))
      names.set(id, `${names.get(id) ?? ''} ${hash}`);
    const snapshots = await warehouse.rows<Snapshot>(
      'SELECT profile, events, tags, stages FROM profiles FINAL WHERE is_deleted = 0',
    );
    const [counts] = await warehouse.rows<{ events: number; distinct: number }>(
      'SELECT count() AS events, uniqExact(source_id, event_id) AS distinct FROM events',
    );
    const [moves] = await warehouse.rows<{ n: number }>('SELECT count() AS n FROM transitions');
    return {
      record: rows.map(({ id, doc }) => personOf(names.get(id) ?? '', JSON.parse(doc) as ProfileState)).sort(),
      snapshots: snapshots.map((row) => snapshotOf(names.get(row.profile) ?? '', row)).sort(),
      events: counts!.events,
      distinctEvents: counts!.distinct,
      transitions: moves!.n,
      pending,
    };
  } finally {
    await warehouse.close();
    await dataSource.destroy();
  }
}

interface Snapshot {
  profile: number;
  events: number;
  tags: Record<string, string>;
  stages: Record<string, string>;
}

const sorted = (record: Record<string, unknown>): string =>
  JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

function personOf(name: string, { events, tags, places }: ProfileState): string {
  const values = Object.fromEntries(
    Object.entries(tags).flatMap(([key, { value }]) => (value === undefined ? [] : [[key, JSON.stringify(value)]])),
  );
  const stages = Object.fromEntries(
    Object.entries(places).map(([key, { stage, subStage }]) => [key, subStage ? `${stage}/${subStage}` : stage]),
  );
  return [name, events, sorted(values), sorted(stages)].join(';');
}

const snapshotOf = (name: string, { events, tags, stages }: Snapshot): string =>
  [name, events, sorted(tags), sorted(stages)].join(';');
