import {
  checkEnvelope,
  cleanText,
  EVENT_TYPES,
  cut,
  isJsonObject,
  PlatformError,
  readJson,
  type EventType,
  type Offsets,
  type PlanCheck,
  type QuarantineState,
  type QuarantineView,
  type ReplayResult,
  wellFormedJson,
} from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { forUpdate, insertRows, retrying } from '../database/index.js';
import { SAFE_READING, type KeyRing } from '../identity/index.js';
import { forget, forgetOld, ROW_REFUSED } from '../quarantine/quarantine.store.js';
import type { Quota } from '../quarantine/quota.js';
import { toPendingRow } from '../warehouse/index.js';
import { INGEST } from './ingest.errors.js';
import type { Ingest } from './ingest.js';
import { unsealed } from './rules/sealed.js';
import { toEvent } from './rules/unpack.js';

interface StoredRefusal {
  id: string;
  source_id: string;
  received_at: number;
  endpoint: string;
  code: string;
  message: string;
  body: string;
  replays: number;
}

interface StoredSurplus {
  source_id: string;
  code: string;
  items: number;
  first_at: number;
  last_at: number;
}

const SHOWN_BYTES = 4096;
const SURPLUS_SHOWN = 200;

export interface QuarantineTools {
  dataSource: DataSource;
  ingest: Pick<Ingest, 'accept'>;
  keys: Pick<KeyRing, 'decrypt'>;
  /** The plan that refuses events of a source now. */
  planOf: (sourceId: string) => Promise<PlanCheck | undefined>;
  /** Of times that are written without an offset. */
  zone: Offsets;
  now: () => number;
  quota: Quota;
  /** Something waits for the warehouse. */
  nudge: () => void;
}

/** What could not be applied: to look at, to try again when the reason is gone, to throw away. */
export class Quarantine {
  private readonly dataSource: DataSource;

  constructor(private readonly tools: QuarantineTools) {
    this.dataSource = tools.dataSource;
  }

  /** Newest first, before `[receivedAt, id]`. */
  async list(
    code: string | undefined,
    limit: number,
    [at, id]: [number, string] = [Number.MAX_SAFE_INTEGER, ''],
  ): Promise<QuarantineView[]> {
    const sql = `SELECT * FROM quarantine WHERE (received_at < ? OR (received_at = ? AND id > ?)) ${code ? 'AND code = ?' : ''}
      ORDER BY received_at DESC, id LIMIT ?`;
    const rows = await this.tools.dataSource.query<StoredRefusal[]>(sql, [at, at, id, ...(code ? [code] : []), limit]);
    return rows.map((row) => viewOf(this.opened(row)));
  }

  async count(): Promise<number> {
    const [row] = await this.tools.dataSource.query<{ n: number }[]>('SELECT COUNT(*) AS n FROM quarantine');
    return row!.n;
  }

  /** Checks the records again by today's rules and applies those that pass; they leave the quarantine with the commit. */
  async replay(ids: string[]): Promise<ReplayResult> {
    const queued = await this.queueAgain(ids);
    const rows = (await this.find(ids)).filter(({ code }) => code !== ROW_REFUSED);
    const plans = new Map<string, PlanCheck | undefined>();
    for (const sourceId of new Set(rows.map((row) => row.source_id)))
      plans.set(sourceId, await this.tools.planOf(sourceId));
    const passed = rows.flatMap((row) => reread(row, plans.get(row.source_id), this.tools));
    const gone = passed.map(({ row }) => row.id);
    await this.tools.ingest.accept({
      events: passed.map(({ event }) => event),
      refused: [],
      alsoWrite: (manager) => forget(manager, gone),
    });
    const stay = rows.map(({ id }) => id).filter((id) => !gone.includes(id));
    if (stay.length > 0)
      await this.tools.dataSource.query(
        `UPDATE quarantine SET replays = replays + 1 WHERE id IN (${stay.map(() => '?').join(',')})`,
        stay,
      );
    return { applied: gone.length + queued, refused: stay.length };
  }

  /** Rows that the warehouse refused wait for it once more; what it refuses again comes back here by itself. */
  private async queueAgain(ids: string[]): Promise<number> {
    const queued = await retrying(() =>
      this.dataSource.transaction(async (manager) => {
        const sql = `SELECT * FROM quarantine WHERE code = ? AND id IN (${ids.map(() => '?').join(',')}) ${forUpdate(manager)}`;
        const rows = await manager.query<StoredRefusal[]>(sql, [ROW_REFUSED, ...ids]);
        const pending = rows.map(({ endpoint, body }) => toPendingRow(endpoint, body));
        await insertRows(manager, 'warehouse_pending', ['payload', 'rows', 'bytes', 'first_seq', 'events'], pending);
        await forget(
          manager,
          rows.map(({ id }) => id),
        );
        return rows.length;
      }),
    );
    if (queued > 0) this.tools.nudge();
    return queued;
  }

  async remove(ids: string[]): Promise<void> {
    await retrying(() => this.dataSource.transaction((manager) => forget(manager, ids)));
  }

  /** Some at a time, so that ingest has its turn in between. */
  async forgetOld(before: number): Promise<void> {
    let gone = 1;
    while (gone > 0) gone = await retrying(() => this.dataSource.transaction((manager) => forgetOld(manager, before)));
  }

  /** For metrics: cheap however much there is. */
  async figures(): Promise<{ bytes: number; setAside: number; surplus: number }> {
    const [[use], [aside], [surplus]] = await Promise.all([
      this.dataSource.query<{ n: unknown }[]>('SELECT SUM(bytes) AS n FROM quarantine_use'),
      this.dataSource.query<{ n: unknown }[]>('SELECT COUNT(*) AS n FROM quarantine WHERE code = ?', [ROW_REFUSED]),
      this.dataSource.query<{ n: unknown }[]>('SELECT SUM(items) AS n FROM quarantine_surplus'),
    ]);
    return { bytes: Number(use?.n ?? 0), setAside: Number(aside?.n ?? 0), surplus: Number(surplus?.n ?? 0) };
  }

  async state(): Promise<QuarantineState> {
    const { bytes, setAside } = await this.figures();
    const sql = `SELECT source_id, code, items, first_at, last_at FROM quarantine_surplus ORDER BY last_at DESC LIMIT ${SURPLUS_SHOWN}`;
    const rows = await this.dataSource.query<StoredSurplus[]>(sql);
    const surplus = rows.map((row) => ({
      sourceId: row.source_id,
      code: row.code,
      items: row.items,
      firstAt: row.first_at,
      lastAt: row.last_at,
    }));
    return { bytes, setAside, ...this.tools.quota, surplus };
  }

  /** One record as it came. Who calls it must have been audited. */
  async reveal(id: string): Promise<string> {
    const [row] = await this.find([id]);
    if (!row)
      throw new PlatformError(INGEST.REFUSAL_ABSENT, 'there is no such record', { kind: 'absent', details: { id } });
    return row.body;
  }

  private async find(ids: string[]): Promise<StoredRefusal[]> {
    if (ids.length === 0) return [];
    const rows = await this.tools.dataSource.query<StoredRefusal[]>(
      `SELECT * FROM quarantine WHERE id IN (${ids.map(() => '?').join(',')})`,
      ids,
    );
    return rows.map((row) => this.opened(row));
  }

  private opened(row: StoredRefusal): StoredRefusal {
    return { ...row, body: unsealed(row.body, (sealed) => this.tools.keys.decrypt(sealed)) };
  }
}

/** A single event's type was the endpoint's to say. */
const typeOf = (endpoint: string): EventType | undefined => EVENT_TYPES.find((type) => type === endpoint);

function reread(row: StoredRefusal, plan: PlanCheck | undefined, { zone, now }: QuarantineTools) {
  const item = parse(row.body);
  if (!isJsonObject(item)) return [];
  const receivedAt = arrivalOf(row, now());
  const check = checkEnvelope(item, { receivedAt, zone, type: typeOf(row.endpoint) });
  if (!check.ok || (plan && plan(item, check.envelope.type).length > 0)) return [];
  return [{ row, event: toEvent(check.envelope, { sourceId: row.source_id, receivedAt }, row.id, { zone }) }];
}

/** What was in the future by a clock of ours that was behind came later than that clock said: before now is all we know. */
const arrivalOf = ({ code, received_at: receivedAt }: StoredRefusal, now: number): number =>
  code === 'ENVELOPE_TIME_FUTURE' ? Math.max(receivedAt, now) : receivedAt;

function parse(text: string): unknown {
  try {
    return readJson(wellFormedJson(text));
  } catch {
    return undefined;
  }
}

/** Nobody sees what is personal in it but by a reveal. */
const viewOf = (row: StoredRefusal): QuarantineView => ({
  id: row.id,
  sourceId: row.source_id,
  receivedAt: row.received_at,
  code: row.code,
  message: row.message,
  endpoint: row.endpoint,
  body: cut(cleanText(row.body, SAFE_READING), SHOWN_BYTES),
  replays: row.replays,
});
