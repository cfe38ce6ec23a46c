import type { DataSource, EntityManager } from 'typeorm';
import { PlatformError } from '@perennial/contract';
import { selectIn } from '../../database/index.js';
import { IDENTITY, type IdentifierRef } from '../../identity/index.js';
import { DERIVED } from '../../identity/store/identifier.store.js';
import type { ProfileState } from '../../profile/state.js';
import { loadStates } from '../../profile/store/profile.store.js';
import { COUNTS, type Appender, type DeliveryRow, type EventRow, type Warehouse } from '../../warehouse/index.js';
import type { Standing } from '../rules/parts.js';

/** People with all that a replay of them needs, as of one moment. */
export interface Group {
  standing: Standing[];
  states: Map<number, ProfileState>;
  history: EventRow[];
  deliveries: DeliveryRow[];
  refs: Map<string, IdentifierRef>;
}

/** More than a person's life in any shop; a group beyond it is a hub's doing and wants the hub barred first. */
export const MAX_EVENTS = 200_000;
const PAGE = 20_000;
const ATTEMPTS = 5;
const WAIT_MS = 20_000;

interface Stores {
  dataSource: DataSource;
  warehouse: Warehouse;
  appender: Appender;
}

/**
 * Reads people whole. History lags behind the record by what is being appended, so what was read is counted against the
 * states; live traffic on the same people may ask for another round.
 */
export async function readGroup(stores: Stores, ids: number[]): Promise<Group> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await settled(stores.appender);
    const { manager } = stores.dataSource;
    const states = await loadStates(manager, ids);
    const standing = await readStanding(manager, [...states.keys()]);
    const expected = [...states.values()].reduce((sum, { events }) => sum + events, 0);
    if (expected > MAX_EVENTS) throw tooLarge(expected);
    const numbers = standing.flatMap((person) => person.numbers);
    const history = await readEvents(stores.warehouse, numbers);
    if (history.length !== expected) continue;
    const refs = await readRefs(manager, new Set(history.flatMap((row) => row.identifiers)));
    return { standing, states, history, deliveries: await readDeliveries(stores.warehouse, numbers), refs };
  }
  throw new PlatformError(IDENTITY.HISTORY_INCOMPLETE, 'history does not hold all events of these people', {
    kind: 'conflict',
    details: { profiles: ids },
  });
}

/** Waits until history has what the record has committed; at most 20 s. */
export async function settled(appender: Appender): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(behind()), WAIT_MS).unref();
  });
  await Promise.race([appender.drained(), late]);
}

const behind = (): PlatformError =>
  new PlatformError(IDENTITY.HISTORY_INCOMPLETE, 'history is behind; try again when it has caught up', {
    kind: 'transient',
  });

export const tooLarge = (events: number): PlatformError =>
  new PlatformError(
    IDENTITY.GROUP_TOO_LARGE,
    'too many events hang together here; bar the value that joins them first',
    {
      kind: 'conflict',
      details: { events, most: MAX_EVENTS },
    },
  );

/** Every number that leads to each of the living profiles, and what each holds. */
export async function readStanding(manager: EntityManager, ids: number[]): Promise<Standing[]> {
  const merged = await selectIn<{ id: number; merged_into: number }>(manager, {
    table: 'profile',
    columns: ['id', 'merged_into'],
    where: 'merged_into',
    values: ids,
  });
  const held = await selectIn<{ hash: string; profile_id: number }>(manager, {
    table: 'identifier',
    columns: ['hash', 'profile_id'],
    where: 'profile_id',
    values: ids,
  });
  return ids.map((id) => ({
    id,
    numbers: [id, ...merged.filter((row) => row.merged_into === id).map((row) => row.id)],
    hashes: held.filter((row) => row.profile_id === id).map(({ hash }) => hash),
  }));
}

const EVENT_COLUMNS = `seq, event_id, profile, toUnixTimestamp64Milli(at) AS at, toUnixTimestamp64Milli(received_at) AS received_at,
  source_id, type, name, properties, traits, context, identifiers, toUnixTimestamp64Milli(passed_to) AS passed_to`;

async function readEvents(warehouse: Warehouse, numbers: number[]): Promise<EventRow[]> {
  const sql = `SELECT ${EVENT_COLUMNS} FROM events
    WHERE profile IN {numbers:Array(UInt32)} AND ${COUNTS} AND seq > {after:UInt64} ORDER BY seq LIMIT ${PAGE}`;
  const rows: EventRow[] = [];
  for (;;) {
    const page = await warehouse.rows<EventRow>(sql, { numbers, after: rows.at(-1)?.seq ?? 0 });
    rows.push(...page);
    if (page.length < PAGE) return rows;
  }
}

/**
 * People of today with an event that states one of the values, whatever became of the link. Reads the whole of history,
 * which acts on single values are rare enough for. Throws `IDENTITY_GROUP_TOO_LARGE`.
 */
export async function peopleStating(warehouse: Warehouse, hashes: string[]): Promise<number[]> {
  const sql = `SELECT DISTINCT profile FROM person_events WHERE hasAny(identifiers, {hashes:Array(String)}) LIMIT ${MAX_STATING}`;
  const rows = await warehouse.rows<{ profile: number }>(sql, { hashes });
  if (rows.length === MAX_STATING) throw tooLarge(rows.length);
  return rows.map(({ profile }) => profile);
}

const MAX_STATING = 20_000;

const readDeliveries = (warehouse: Warehouse, numbers: number[]): Promise<DeliveryRow[]> =>
  warehouse.rows<DeliveryRow>(
    `SELECT seq, delivery_id, profile, toUnixTimestamp64Milli(at) AS at, destination, status, detail FROM deliveries
     WHERE profile IN {numbers:Array(UInt32)} AND ${COUNTS}`,
    { numbers },
  );

export async function readRefs(manager: EntityManager, hashes: Set<string>): Promise<Map<string, IdentifierRef>> {
  const rows = await selectIn<IdentifierRef & { rule: string }>(manager, {
    table: 'identifier',
    columns: ['hash', 'kind', 'namespace', 'rule'],
    where: 'hash',
    values: [...hashes],
  });
  return new Map(rows.map(({ rule, ...ref }) => [ref.hash, { ...ref, ...(rule === DERIVED && { isDerived: true }) }]));
}
