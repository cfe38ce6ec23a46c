import {
  cut,
  PlatformError,
  type GraphNode,
  type IdentityRules,
  type IdentityRun,
  type RulesView,
  type TrialResult,
} from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { insertRows } from '../database/index.js';
import { BUILT_IN_WORDS, checkRules, hasOwnRule, IDENTITY } from '../identity/index.js';
import type { IngestTools } from '../ingest/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import { publicId } from '../profile/profile.id.js';
import type { Appender, Warehouse } from '../warehouse/index.js';
import type { IdentityViews } from './identity.views.js';
import { NO_CHANGE, type Regroup } from './regroup.js';
import { saveAct } from './store/act.store.js';
import { Cancelled, tryRules, type Trial } from './trial.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  appender: Appender;
  regroup: Regroup;
  identityViews: IdentityViews;
  ingestTools: () => IngestTools;
  onError: (error: unknown) => void;
}

interface Row {
  id: string;
  kind: IdentityRun['kind'];
  status: IdentityRun['status'];
  at: number;
  done_by: string;
  done: number;
  total: number;
  error: string | null;
  rules: string;
  result: string | null;
}

const EXAMPLES = 20;

/**
 * Law 7: rules are tried over history before they are put in force, and then applied to whoever they change, group by
 * group. Runs are rows of the record: one that a restart cut off begins again, and what it had done comes out as done.
 */
export class RuleRuns {
  private readonly running = new Map<string, { abort: AbortController; ended: Promise<void> }>();

  constructor(private readonly tools: Tools) {}

  async view(sources: RulesView['sources']): Promise<RulesView> {
    const { manager } = this.tools.dataSource;
    const { rulebooks } = this.tools.ingestTools();
    const { version, rules } = await rulebooks.rulesInForce(manager);
    const versions = await manager.query<{ version: number; at: number; done_by: string; note: string }[]>(
      'SELECT version, at, done_by, note FROM identity_rules ORDER BY version DESC LIMIT 100',
    );
    const kinds = rulebooks.kinds.filter(hasOwnRule).map(({ key, title, namespace, isDirect }) => ({
      key,
      title,
      ...(namespace && { namespace }),
      isDirect: isDirect ?? false,
    }));
    return {
      version,
      rules,
      kinds,
      sources,
      nobody: BUILT_IN_WORDS,
      versions: versions.map(({ done_by: by, ...row }) => ({ ...row, by })),
    };
  }

  /** The rules as a version had them. */
  async version(number: number): Promise<IdentityRules> {
    const [row] = await this.tools.dataSource.query<{ doc: string }[]>(
      'SELECT doc FROM identity_rules WHERE version = ?',
      [number],
    );
    if (!row) throw runAbsent(`version ${number}`);
    return JSON.parse(row.doc) as IdentityRules;
  }

  async startTrial(rules: IdentityRules, by: string): Promise<IdentityRun> {
    checkRules(rules, this.tools.ingestTools().rulebooks.kinds);
    return this.start('trial', rules, by);
  }

  /** Throws `IDENTITY_TRIAL_NEEDED` unless a trial of exactly these rules is done. */
  async putInForce(rules: IdentityRules, note: string, trialId: string, by: string): Promise<IdentityRun> {
    checkRules(rules, this.tools.ingestTools().rulebooks.kinds);
    const trial = await this.find(trialId);
    if (!trial || trial.kind !== 'trial' || trial.status !== 'done' || trial.rules !== JSON.stringify(rules))
      throw new PlatformError(IDENTITY.TRIAL_NEEDED, 'try exactly these rules on history first', { kind: 'conflict' });
    await this.saveVersion(rules, note, by);
    return this.start('apply', rules, by);
  }

  async list(limit: number, [at, id]: [number, string] = [Number.MAX_SAFE_INTEGER, '']): Promise<IdentityRun[]> {
    const sql = 'SELECT * FROM identity_run WHERE at < ? OR (at = ? AND id > ?) ORDER BY at DESC, id LIMIT ?';
    return (await this.tools.dataSource.query<Row[]>(sql, [at, at, id, limit])).map(viewOf);
  }

  async get(id: string): Promise<IdentityRun> {
    const row = await this.find(id);
    if (!row) throw runAbsent(id);
    return viewOf(row);
  }

  async cancel(id: string): Promise<IdentityRun> {
    const run = this.running.get(id);
    run?.abort.abort();
    await run?.ended;
    return this.get(id);
  }

  /** Takes up what a restart cut off. */
  async resumeAll(): Promise<void> {
    const rows = await this.tools.dataSource.query<Row[]>("SELECT * FROM identity_run WHERE status = 'running'");
    for (const row of rows) this.run(row);
  }

  async stop(): Promise<void> {
    const ending = [...this.running.values()];
    for (const { abort } of ending) abort.abort(STOPPING);
    await Promise.all(ending.map(({ ended }) => ended));
  }

  private async start(kind: IdentityRun['kind'], rules: IdentityRules, by: string): Promise<IdentityRun> {
    const id = randomUUID();
    const columns = ['id', 'kind', 'status', 'at', 'done_by', 'done', 'total', 'rules'];
    const row = [id, kind, 'running', this.now(), by, 0, 0, JSON.stringify(rules)];
    await insertRows(this.tools.dataSource.manager, 'identity_run', columns, [row]);
    this.run((await this.find(id))!);
    return this.get(id);
  }

  private run(row: Row): void {
    const abort = new AbortController();
    const ended = this.work(row, abort.signal).finally(() => this.running.delete(row.id));
    this.running.set(row.id, { abort, ended });
  }

  private async work(row: Row, signal: AbortSignal): Promise<void> {
    try {
      await this.tools.appender.drained();
      const trial = await this.trial(row, signal);
      const result = row.kind === 'trial' ? await this.resultOf(trial) : await this.apply(row, trial, signal);
      await this.end(row.id, 'done', null, result);
    } catch (error) {
      if (signal.reason === STOPPING) return;
      if (error instanceof Cancelled) return await this.end(row.id, 'cancelled', null, null);
      this.tools.onError(error);
      await this.end(row.id, 'failed', error instanceof Error ? cut(error.message, 255) : 'unknown', null);
    }
  }

  private trial(row: Row, signal: AbortSignal): Promise<Trial> {
    const { rulebooks } = this.tools.ingestTools();
    const progress = (done: number, total: number) =>
      row.kind === 'trial' ? this.progress(row.id, done, total) : Promise.resolve();
    return tryRules({ ...this.tools, rulebooks }, JSON.parse(row.rules) as IdentityRules, progress, signal);
  }

  /** A group that is too large or too busy is left as it is and named in the end; the others go on. */
  private async apply(row: Row, { comparison: { affected } }: Trial, signal: AbortSignal): Promise<null> {
    const left: string[] = [];
    for (const [done, group] of affected.entries()) {
      if (signal.aborted) throw new Cancelled('cancelled');
      await this.progress(row.id, done, affected.length);
      try {
        await this.tools.regroup.apply(group, NO_CHANGE, `rules:${row.id}`, async () => {});
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        left.push(...group.map(publicId));
      }
    }
    await this.progress(row.id, affected.length, affected.length);
    if (left.length > 0)
      throw new PlatformError(IDENTITY.GROUP_TOO_LARGE, `left as they were: ${left.slice(0, 10).join(', ')}`, {
        kind: 'conflict',
        details: { profiles: left.length },
      });
    return null;
  }

  private async resultOf({ comparison, refs, today, after, events, peakMemoryMb }: Trial): Promise<TrialResult> {
    const { merges, splits, peopleBefore, peopleAfter, largest } = comparison;
    const shownMerges = [...merges].slice(0, EXAMPLES);
    const shownSplits = [...splits].slice(0, EXAMPLES);
    const inTrial = identifiersOfPeople(
      after,
      new Set([...shownMerges.map(([id]) => id), ...shownSplits.flatMap(([, ids]) => ids)]),
    );
    const hashes = [...inTrial.values()].flat().map((at) => refs[at]!.hash);
    const nodes = await this.tools.identityViews.nodes(hashes);
    const nodesOf = (person: number, among?: number): GraphNode[] =>
      (inTrial.get(person) ?? [])
        .filter((at) => among === undefined || today[at] === among)
        .flatMap((at) => nodes.get(refs[at]!.hash) ?? []);
    return {
      events,
      identifiers: refs.length,
      peopleBefore,
      peopleAfter,
      merged: [...merges.values()].reduce((sum, people) => sum + people.length, 0),
      parted: splits.size,
      merges: shownMerges.map(([id, people]) => ({ profiles: people.map(publicId), by: nodesOf(id) })),
      splits: shownSplits.map(([id, people]) => ({
        profileId: publicId(id),
        parts: people.map((person) => nodesOf(person, id)),
      })),
      largest,
      peakMemoryMb,
    };
  }

  private async saveVersion(rules: IdentityRules, note: string, by: string): Promise<void> {
    await this.tools.dataSource.transaction(async (manager) => {
      const counters = await Counters.open(manager);
      const [row] = await manager.query<{ version: number | null }[]>(
        'SELECT MAX(version) AS version FROM identity_rules',
      );
      const version = (row?.version ?? 0) + 1;
      const columns = ['version', 'doc', 'at', 'done_by', 'note'];
      await insertRows(manager, 'identity_rules', columns, [[version, JSON.stringify(rules), this.now(), by, note]]);
      counters.take('identity');
      const act = {
        id: randomUUID(),
        kind: 'rules' as const,
        at: this.now(),
        by,
        reason: note,
        profiles: [],
        identifiers: [],
      };
      await saveAct(manager, act);
      await counters.close();
    });
  }

  private async find(id: string): Promise<Row | undefined> {
    const [row] = await this.tools.dataSource.query<Row[]>('SELECT * FROM identity_run WHERE id = ?', [id]);
    return row;
  }

  private async progress(id: string, done: number, total: number): Promise<void> {
    await this.tools.dataSource.query('UPDATE identity_run SET done = ?, total = ? WHERE id = ?', [done, total, id]);
  }

  private async end(
    id: string,
    status: IdentityRun['status'],
    error: string | null,
    result: TrialResult | null,
  ): Promise<void> {
    await this.tools.dataSource.query('UPDATE identity_run SET status = ?, error = ?, result = ? WHERE id = ?', [
      status,
      error,
      result && JSON.stringify(result),
      id,
    ]);
  }

  private now(): number {
    return this.tools.ingestTools().now();
  }
}

const STOPPING = new Error('the platform stops');

const runAbsent = (id: string): PlatformError =>
  new PlatformError(IDENTITY.RUN_ABSENT, 'there is no such run', { kind: 'absent', details: { id } });

/** Places of the identifiers that each of the people holds. */
function identifiersOfPeople(people: Uint32Array, wanted: ReadonlySet<number>): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let at = 0; at < people.length; at++) {
    const person = people[at]!;
    if (wanted.has(person)) found.set(person, [...(found.get(person) ?? []), at]);
  }
  return found;
}

const viewOf = (row: Row): IdentityRun => ({
  id: row.id,
  kind: row.kind,
  status: row.status,
  at: row.at,
  by: row.done_by,
  done: row.done,
  total: row.total,
  ...(row.error !== null && { error: row.error }),
  ...(row.result !== null && { result: JSON.parse(row.result) as TrialResult }),
});
