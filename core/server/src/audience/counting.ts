import type { AudienceDefinition, AudienceOverlap, AudienceRun } from '@perennial/contract';
import { PlatformError } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Triggers } from '../activation/index.js';
import { insertRows } from '../database/index.js';
import { emptyOutcome, type IngestTools, type Outcome } from '../ingest/index.js';
import { loadStates } from '../profile/store/profile.store.js';
import type { Warehouse } from '../warehouse/index.js';
import { AUDIENCE } from './audience.errors.js';
import type { Audiences } from './audiences.js';
import type { LiveKeeping } from './live-keeping.js';
import type { RuleQueries } from './rule-queries.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  audiences: Audiences;
  keeping: LiveKeeping;
  queries: RuleQueries;
  triggers: Triggers;
  ingestTools: () => IngestTools;
  afterCommit: (outcome: Outcome) => void;
  now: () => number;
}

interface Row {
  audience: string;
  run: number;
  version: number;
  people: number;
  entered: number;
  gone: number;
  ms: number;
}

const PAGE = 1_000;
const MINUTE = 60_000;

/** Who belonged at each count: one bitmap a run, so that growth, overlap and difference are single milliseconds. */
export class Counting {
  constructor(private readonly tools: Tools) {}

  /** Counts everybody now and keeps who belonged. Those whom a live audience does not announce are told of here. */
  async count(key: string): Promise<AudienceRun> {
    const { audiences, queries, warehouse, dataSource, now } = this.tools;
    const audience = audiences.find(key);
    const began = performance.now();
    const [before] = await this.rows(key, 1);
    const run = Math.max(now(), (before?.run ?? 0) + 1);
    const { sql, params } = queries.peopleQuery(audience.rule);
    await warehouse.command(
      `INSERT INTO audience_members SELECT {audience:String}, {run:UInt64}, fromUnixTimestamp64Milli({run:Int64}, 'UTC'),
        groupBitmapState(profile) FROM (${sql})`,
      { ...params, audience: key, run },
    );
    const counts = await this.compare(key, run, before?.run ?? 0);
    const isHeard = before !== undefined && this.isHeard(key);
    const row = [
      key,
      run,
      audience.version,
      counts.people,
      counts.entered,
      counts.gone,
      Math.round(performance.now() - began),
    ];
    const columns = ['audience', 'run', 'version', 'people', 'entered', 'gone', 'ms', 'is_told'];
    await insertRows(dataSource.manager, 'audience_run', columns, [[...row, isHeard ? 0 : 1]]);
    if (isHeard) await this.tell(key, run, before.run);
    return viewOf((await this.rows(key, 1))[0]!);
  }

  async runs(key: string, limit: number): Promise<AudienceRun[]> {
    this.tools.audiences.find(key);
    return (await this.rows(key, limit)).map(viewOf);
  }

  /** Counts what is due: dynamic audiences at their own pace. */
  async countDue(): Promise<void> {
    for (const audience of this.tools.audiences.all.values())
      if (await this.isDue(audience)) await this.count(audience.key);
  }

  /** How many people two audiences share, pair by pair, of the last counts. */
  async overlap(keys: string[]): Promise<AudienceOverlap> {
    const runs = new Map<string, number>();
    for (const key of keys) {
      this.tools.audiences.find(key);
      const [row] = await this.rows(key, 1);
      if (!row) throw notCounted(key);
      runs.set(key, row.run);
    }
    const rows = await this.tools.warehouse.rows<{ a: string; b: string; people: number }>(
      `WITH newest AS (SELECT audience, members FROM audience_members
        WHERE (audience, run) IN (SELECT arrayJoin(arrayZip({keys:Array(String)}, {runs:Array(UInt64)}))))
       SELECT x.audience AS a, y.audience AS b, bitmapAndCardinality(x.members, y.members) AS people
       FROM newest AS x CROSS JOIN newest AS y`,
      { keys, runs: keys.map((key) => runs.get(key)!) },
    );
    const cell = (a: string, b: string) => rows.find((row) => row.a === a && row.b === b)?.people ?? 0;
    return { keys, cells: keys.map((a) => keys.map((b) => cell(a, b))) };
  }

  /** The run and the members after a profile of a snapshot, in order; the newest snapshot unless one is named. */
  async membersOf(
    key: string,
    wanted: number | undefined,
    after: number,
    limit: number,
  ): Promise<{ run: number; members: number[] }> {
    const [newest] = await this.rows(key, 1);
    const run = wanted ?? newest?.run;
    if (run === undefined) throw notCounted(key);
    const rows = await this.tools.warehouse.rows<{ profile: number }>(
      `SELECT profile FROM (SELECT arrayJoin(bitmapToArray(bitmapSubsetLimit(members, {from:UInt32}, {limit:UInt32}))) AS profile
        FROM audience_members WHERE audience = {key:String} AND run = {run:UInt64}) ORDER BY profile`,
      { key, run, from: after + 1, limit },
    );
    return { run, members: rows.map(({ profile }) => profile) };
  }

  private isHeard(key: string): boolean {
    const { triggers, keeping } = this.tools;
    return !keeping.isLive(key) && triggers.hearing.some(({ cause }) => 'audience' in cause && cause.audience === key);
  }

  private async isDue({ key, kind, everyMinutes }: AudienceDefinition): Promise<boolean> {
    if (kind === 'static') return false;
    const [row] = await this.rows(key, 1);
    return !row || row.run + everyMinutes * MINUTE <= this.tools.now();
  }

  private rows(key: string, limit: number): Promise<Row[]> {
    return this.tools.dataSource.query<Row[]>(
      'SELECT * FROM audience_run WHERE audience = ? ORDER BY run DESC LIMIT ?',
      [key, limit],
    );
  }

  private async compare(
    key: string,
    run: number,
    before: number,
  ): Promise<{ people: number; entered: number; gone: number }> {
    const members = (name: string) =>
      `(SELECT groupBitmapMergeState(members) FROM audience_members WHERE audience = {key:String} AND run = {${name}:UInt64})`;
    const [row] = await this.tools.warehouse.rows<{ people: number; entered: number; gone: number }>(
      `WITH ${members('run')} AS now, ${members('before')} AS earlier
       SELECT bitmapCardinality(now) AS people, bitmapAndnotCardinality(now, earlier) AS entered,
        bitmapAndnotCardinality(earlier, now) AS gone`,
      { key, run, before },
    );
    return row!;
  }

  /** Tells who entered and who left, page by page, each with the deliveries it makes in one transaction. */
  private async tell(key: string, run: number, before: number): Promise<void> {
    const { warehouse, dataSource } = this.tools;
    for (let after = 0; ;) {
      const rows = await warehouse.rows<{ profile: number; isIn: 0 | 1 }>(
        `WITH (SELECT groupBitmapMergeState(members) FROM audience_members WHERE audience = {key:String} AND run = {run:UInt64}) AS now,
          (SELECT groupBitmapMergeState(members) FROM audience_members WHERE audience = {key:String} AND run = {before:UInt64}) AS earlier
         SELECT profile, bitmapContains(now, profile) AS isIn
         FROM (SELECT arrayJoin(bitmapToArray(bitmapSubsetLimit(bitmapXor(now, earlier), {from:UInt32}, ${PAGE}))) AS profile) ORDER BY profile`,
        { key, run, before, from: after + 1 },
      );
      if (rows.length > 0) await this.announce(key, rows);
      if (rows.length < PAGE) break;
      after = rows.at(-1)!.profile;
    }
    await dataSource.query('UPDATE audience_run SET is_told = 1 WHERE audience = ? AND run = ?', [key, run]);
  }

  private async announce(audience: string, rows: { profile: number; isIn: 0 | 1 }[]): Promise<void> {
    const { dataSource, ingestTools, afterCommit } = this.tools;
    const tools = ingestTools();
    const at = tools.now();
    const outcome = await dataSource.transaction(async (manager) => {
      const states = await loadStates(
        manager,
        rows.map(({ profile }) => profile),
      );
      const done = emptyOutcome();
      for (const { profile, isIn } of rows) {
        const state = states.get(profile);
        if (!state) continue;
        const kind = isIn ? ('entered' as const) : ('left' as const);
        done.touched.set(profile, state);
        done.passages.push({ profile, change: { audience, kind, at } });
        done.happenings.push({ profile, happening: { on: `audience.${kind}`, audience, at } });
      }
      await tools.afterApply(manager, done, at);
      return done;
    });
    afterCommit(outcome);
  }
}

const notCounted = (key: string): PlatformError =>
  new PlatformError(AUDIENCE.NOT_COUNTED, `audience ${key} was not counted yet; count it first`, {
    kind: 'conflict',
    details: { key },
  });

const viewOf = ({ run, people, entered, gone, version, ms }: Row): AudienceRun => ({
  run,
  at: run,
  people,
  entered,
  left: gone,
  version,
  ms,
});
