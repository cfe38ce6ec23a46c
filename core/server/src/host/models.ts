import { cut, wellFormed, PlatformError, type JsonObject, type ModelRunView } from '@perennial/contract';
import type { Score } from '@perennial/kit';
import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { insertRows, retrying } from '../database/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import { assignAll, writeOutcome, type IngestTools, type Outcome } from '../ingest/index.js';
import { loadStates } from '../profile/store/profile.store.js';
import type { Warehouse } from '../warehouse/index.js';
import { PLUGIN } from './host.errors.js';
import type { Host } from './host.js';

const RUNS_SHOWN = 100;

interface StoredRun {
  id: string;
  model: string;
  status: ModelRunView['status'];
  started_at: number;
  finished_at: number | null;
  profiles: number;
  changed: number;
  metrics: string;
  error: string | null;
}

/** Runs models over the whole population and writes their tags like any other change: with provenance and history. */
export class Models {
  private readonly running = new Map<string, AbortController>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly host: Host,
    private readonly warehouse: Warehouse,
    private readonly tools: () => IngestTools,
    private readonly afterCommit: (outcome: Outcome) => void,
  ) {}

  /** Starts a run and gives it at once; one run of a model at a time. `done` resolves when it is over. */
  async start(key: string): Promise<{ run: ModelRunView; done: Promise<void> }> {
    const model = this.host.models.get(key);
    if (!model)
      throw new PlatformError(PLUGIN.ABSENT, 'there is no such model', { kind: 'absent', details: { model: key } });
    if (this.running.has(key))
      throw new PlatformError(PLUGIN.MODEL_RUNNING, 'this model is running', {
        kind: 'conflict',
        details: { model: key },
      });
    const [id, now, abort] = [randomUUID(), this.tools().now(), new AbortController()];
    this.running.set(key, abort);
    await insertRows(
      this.dataSource.manager,
      'model_run',
      ['id', 'model', 'status', 'started_at', 'profiles', 'changed', 'metrics'],
      [[id, key, 'running', now, 0, 0, '{}']],
    );
    const done = this.run(id, key, now, abort.signal).finally(() => this.running.delete(key));
    return { run: await this.get(id), done };
  }

  stop(): void {
    for (const abort of this.running.values()) abort.abort();
  }

  async list(): Promise<ModelRunView[]> {
    const rows = await this.dataSource.query<StoredRun[]>(
      `SELECT * FROM model_run ORDER BY started_at DESC, id LIMIT ${RUNS_SHOWN}`,
    );
    return rows.map(viewOf);
  }

  private async get(id: string): Promise<ModelRunView> {
    const [row] = await this.dataSource.query<StoredRun[]>('SELECT * FROM model_run WHERE id = ?', [id]);
    return viewOf(row!);
  }

  private async run(id: string, key: string, now: number, signal: AbortSignal): Promise<void> {
    const { part, facts } = this.host.models.get(key)!;
    const counts = { profiles: 0, changed: 0 };
    try {
      const scores = part.score({ rows: (sql, params) => this.warehouse.rows(sql, params), now, signal });
      for (let next = await scores.next(); ; next = await scores.next()) {
        if (next.done) return await this.finish(id, 'done', counts, next.value.metrics, null);
        const outcome = await retrying(() =>
          this.dataSource.transaction((manager) =>
            this.assign(manager, wellFormed(next.value), `model:${key}@${facts.version}`),
          ),
        );
        this.afterCommit(outcome);
        counts.profiles += next.value.length;
        counts.changed += new Set(outcome.tags.map(({ profile }) => profile)).size;
      }
    } catch (error) {
      // A model that fails leaves the tags that it wrote before as they are.
      await this.finish(id, 'failed', counts, {}, error instanceof Error ? error.message : 'unknown');
    }
  }

  private async assign(manager: EntityManager, scores: Score[], evidence: string): Promise<Outcome> {
    const tools = this.tools();
    const counters = await Counters.open(manager);
    await tools.refresh(manager, counters.peek('definition'));
    const byProfile = new Map(scores.map(({ profile, tags }) => [profile, tags]));
    const states = await loadStates(manager, [...byProfile.keys()]);
    const outcome = assignAll(
      [...states.values()],
      (profile) => byProfile.get(profile)!,
      tools.now(),
      evidence,
      tools.program,
    );
    await writeOutcome(manager, outcome, tools, counters);
    await counters.close();
    return outcome;
  }

  private async finish(
    id: string,
    status: ModelRunView['status'],
    { profiles, changed }: { profiles: number; changed: number },
    metrics: JsonObject,
    error: string | null,
  ): Promise<void> {
    const sql =
      'UPDATE model_run SET status = ?, finished_at = ?, profiles = ?, changed = ?, metrics = ?, error = ? WHERE id = ?';
    await this.dataSource.query(sql, [
      status,
      this.tools().now(),
      profiles,
      changed,
      JSON.stringify(metrics),
      error === null ? null : cut(error, 255),
      id,
    ]);
  }
}

const viewOf = (row: StoredRun): ModelRunView => ({
  id: row.id,
  model: row.model,
  status: row.status,
  startedAt: row.started_at,
  ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  profiles: row.profiles,
  changed: row.changed,
  metrics: JSON.parse(row.metrics) as JsonObject,
  ...(row.error !== null && { error: row.error }),
});
