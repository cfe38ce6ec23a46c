import type { FindingView, LogFrame } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import { selectIn, upsertRows } from '../database/index.js';
import type { Overreach } from '../ingest/index.js';
import type { Zone } from '../time/zone.js';
import { findingsOf, foldFindings, OTHERS, othersId, together, type SourceFinding } from './rules/findings.js';

interface Stored {
  id: string;
  source_id: string;
  day: number;
  code: FindingView['code'];
  event: string;
  path: string;
  expected: string;
  found: string;
  count: number;
  last_at: number;
}

interface Tools {
  dataSource: DataSource;
  zone: Zone;
  now: () => number;
}

const KEPT_DAYS = 90;
/** Names of unknown events are a client's own words: a source may bring only so many different ones a day. */
const MOST_A_DAY = 500;
const MOST_SHOWN = 1_000;
const COLUMNS = ['id', 'source_id', 'day', 'code', 'event', 'path', 'expected', 'found', 'count', 'last_at'];

/** What was not as planned: how often a day, what kind of value came, never the value. */
export class Findings {
  private prunedOn = 0;

  constructor(private readonly tools: Tools) {}

  /** What is to be written with frames that are applied after `from`; undefined when all was as planned. */
  writing(frames: LogFrame[], from: number): ((manager: EntityManager) => Promise<void>) | undefined {
    const found = findingsOf(frames, from);
    return found.length > 0 ? (manager) => this.add(manager, found) : undefined;
  }

  /** What sources said that the identity rules do not let them say; within the transaction that applies the rest. */
  async addOverreach(manager: EntityManager, list: Overreach[]): Promise<void> {
    const found = list.map((one) => ({ ...one, found: '', expected: 'a source that may', count: 1 }));
    if (found.length > 0) await this.add(manager, found);
  }

  /**
   * Within the transaction that applies the frames, so that a repeat counts once. Those transactions run one after the
   * other: what is read here is still so when it is written.
   */
  async add(manager: EntityManager, found: SourceFinding[]): Promise<void> {
    const today = this.tools.zone.dayOf(this.tools.now());
    if (this.prunedOn !== today) {
      await manager.query('DELETE FROM plan_finding WHERE day < ?', [today - KEPT_DAYS]);
      this.prunedOn = today;
    }
    const added = foldFindings(found, today);
    const ids = [...added.keys(), ...[...added.values()].map((finding) => othersId(finding, today))];
    const known = await this.known(manager, ids);
    const rows = [...withinRoom(added, known, await this.room(manager, today), today)].map(([id, finding]) =>
      rowOf(id, today, finding, known.get(id) ?? 0),
    );
    await upsertRows(manager, 'plan_finding', ['id'], COLUMNS, rows);
  }

  /** The days up to today, most frequent first. */
  async list(sourceId: string, days: number): Promise<FindingView[]> {
    const today = this.tools.zone.dayOf(this.tools.now());
    const from = today - days + 1;
    const rows = await this.tools.dataSource.query<Stored[]>(
      'SELECT * FROM plan_finding WHERE source_id = ? AND day >= ? ORDER BY day, id',
      [sourceId, from],
    );
    return viewsOf(rows, from, days);
  }

  private async known(manager: EntityManager, values: string[]): Promise<Map<string, number>> {
    const query = { table: 'plan_finding', columns: ['id', 'count'], where: 'id', values };
    const rows = await selectIn<Pick<Stored, 'id' | 'count'>>(manager, query);
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /** How many findings of today each source has. */
  private async room(manager: EntityManager, today: number): Promise<Map<string, number>> {
    const sql = 'SELECT source_id, COUNT(*) AS n FROM plan_finding WHERE day = ? GROUP BY source_id';
    const rows = await manager.query<{ source_id: string; n: number }[]>(sql, [today]);
    return new Map(rows.map(({ source_id: id, n }) => [id, MOST_A_DAY - n]));
  }
}

/** What a source has no room for is counted together. */
function withinRoom(
  added: Map<string, SourceFinding>,
  known: ReadonlyMap<string, number>,
  room: Map<string, number>,
  day: number,
): Map<string, SourceFinding> {
  const kept = new Map<string, SourceFinding>();
  for (const [id, finding] of added) {
    const left = room.get(finding.sourceId) ?? MOST_A_DAY;
    if (!known.has(id)) room.set(finding.sourceId, left - 1);
    if (known.has(id) || left > 0) kept.set(id, finding);
    else together(kept, othersId(finding, day), { ...finding, event: OTHERS, path: '', found: '' });
  }
  return kept;
}

const rowOf = (id: string, day: number, finding: SourceFinding, before: number): unknown[] => [
  id,
  finding.sourceId,
  day,
  finding.code,
  finding.event,
  finding.path,
  finding.expected,
  finding.found,
  before + finding.count,
  finding.at,
];

function viewsOf(rows: Stored[], from: number, days: number): FindingView[] {
  const views = new Map<string, FindingView>();
  for (const { code, event, path, expected, found, count, day, last_at: at } of rows) {
    const key = `${code}\n${event}\n${path}`;
    const view = views.get(key) ?? {
      code,
      event,
      path,
      expected,
      found,
      count: 0,
      lastAt: 0,
      days: Array<number>(days).fill(0),
    };
    view.count += count;
    view.days[day - from]! += count;
    if (at >= view.lastAt) Object.assign(view, { lastAt: at, expected, found });
    views.set(key, view);
  }
  return [...views.values()]
    .toSorted((one, other) => other.count - one.count || other.lastAt - one.lastAt)
    .slice(0, MOST_SHOWN);
}
