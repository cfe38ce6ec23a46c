import { cut, PlatformError, type JsonObject, type TagRun } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { insertRows, retrying } from '../database/index.js';
import { noEffects, redefine } from '../fold/fold.js';
import { collect, emptyOutcome, type IngestTools, type Outcome } from '../ingest/index.js';
import { writeOutcome } from '../ingest/ingest.transaction.js';
import { Counters } from '../ingest/store/counter.store.js';
import type { ProfileState } from '../profile/state.js';
import { loadStates } from '../profile/store/profile.store.js';
import { count, TAG, type TagProgram } from '../tag/index.js';
import type { HistoryGate } from '../timer/history-gate.js';
import { COUNTS, type Appender, type FoldIn, type Warehouse } from '../warehouse/index.js';
import { dirtyOf, type Task } from './rules/task.js';

export interface RunTools {
  dataSource: DataSource;
  warehouse: Warehouse;
  appender: Appender;
  foldIn: FoldIn;
  gate: HistoryGate;
  ingestTools: () => IngestTools;
  afterCommit: (outcome: Outcome) => void;
  onError: (error: unknown) => void;
}

interface Row {
  id: string;
  status: TagRun['status'];
  started_at: number;
  finished_at: number | null;
  task: string;
  position: number;
  done: number;
  total: number;
  changed: number;
  ms: number;
  error: string | null;
}

const PROFILES_PER_STEP = 500;
/** Live traffic has the other half of the time. */
const SHARE = 0.5;
const WAIT_MS = 1_000;
const STOPPING = Symbol('stopping');

/**
 * Brings new definitions to everybody: new measurements are counted from history, then what changed is computed. One run
 * at a time, in the order of publishing; each step is one transaction with its place in it, so a run that is cut off goes
 * on where it was and counts nothing twice. Nothing is triggered by it.
 */
export class TagRuns {
  private working: { id: string; abort: AbortController; ended: Promise<void> } | undefined;

  constructor(private readonly tools: RunTools) {}

  /** Writes a run in the transaction that publishes; `next` begins it after the commit. */
  async plan(manager: EntityManager, task: Task, by: string): Promise<string> {
    const id = randomUUID();
    const [row] = await manager.query<{ total: number }[]>('SELECT COUNT(*) AS total FROM profile WHERE id < ?', [
      task.below,
    ]);
    const columns = ['id', 'status', 'started_at', 'done_by', 'task', 'position', 'done', 'total', 'changed', 'ms'];
    const values = [id, 'running', this.now(), by, JSON.stringify(task), 0, 0, row!.total, 0, 0];
    await insertRows(manager, 'tag_run', columns, [values]);
    return id;
  }

  /** A cell that an unfinished run forgets cannot be counted anew before it is done. */
  async demandFree(manager: EntityManager, { fill }: Task): Promise<void> {
    const rows = await manager.query<Row[]>("SELECT * FROM tag_run WHERE status <> 'done'");
    const dropped = new Set(rows.flatMap(({ task }) => (JSON.parse(task) as Task).drop));
    if (fill.some((cell) => dropped.has(cell)))
      throw new PlatformError(
        TAG.RUN_UNFINISHED,
        'what this measures is being forgotten by a run that is not done; finish that first',
        {
          kind: 'conflict',
        },
      );
  }

  async list(): Promise<TagRun[]> {
    const sql = 'SELECT * FROM tag_run ORDER BY started_at DESC, id LIMIT 100';
    return (await this.tools.dataSource.query<Row[]>(sql)).map(viewOf);
  }

  async get(id: string): Promise<TagRun> {
    return viewOf(await this.find(id));
  }

  /** The newest run that concerns a tag. */
  async of(tag: string): Promise<TagRun | undefined> {
    return (await this.list()).find(({ tags }) => tags.includes(tag));
  }

  async isAnyRunning(): Promise<boolean> {
    const rows = await this.tools.dataSource.query<unknown[]>(
      "SELECT id FROM tag_run WHERE status = 'running' LIMIT 1",
    );
    return rows.length > 0;
  }

  async cancel(id: string): Promise<TagRun> {
    await this.find(id);
    if (this.working?.id === id) {
      this.working.abort.abort();
      await this.working.ended;
    }
    await this.tools.dataSource.query(
      "UPDATE tag_run SET status = 'cancelled', finished_at = ? WHERE id = ? AND status = 'running'",
      [this.now(), id],
    );
    this.next();
    return this.get(id);
  }

  /** Goes on with a run that failed or was cancelled. */
  async resume(id: string): Promise<TagRun> {
    await this.tools.dataSource.query(
      "UPDATE tag_run SET status = 'running', finished_at = NULL, error = NULL WHERE id = ? AND status IN ('failed', 'cancelled')",
      [id],
    );
    this.next();
    return this.get(id);
  }

  /** Begins the oldest run that is not finished, unless one is under way. */
  next(): void {
    if (this.working) return;
    const abort = new AbortController();
    const ended = this.workAll(abort.signal).finally(() => (this.working = undefined));
    this.working = { id: '', abort, ended };
  }

  async stop(): Promise<void> {
    this.working?.abort.abort(STOPPING);
    await this.working?.ended;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.working?.ended;
  }

  private async workAll(signal: AbortSignal): Promise<void> {
    for (;;) {
      const [row] = await this.tools.dataSource.query<Row[]>(
        "SELECT * FROM tag_run WHERE status = 'running' ORDER BY started_at, id LIMIT 1",
      );
      if (!row || signal.aborted) return;
      this.working!.id = row.id;
      await this.work(row, signal);
    }
  }

  private async work(row: Row, signal: AbortSignal): Promise<void> {
    try {
      const task = JSON.parse(row.task) as Task;
      await this.learnDefinitions();
      await this.waitForHistory(task, signal);
      for (let isDone = false; !isDone && !signal.aborted;) {
        const began = performance.now();
        isDone = await this.step(row.id, task);
        await sleep(((performance.now() - began) * (1 - SHARE)) / SHARE, undefined, { signal }).catch(() => {});
      }
    } catch (error) {
      this.tools.onError(error);
      await this.fail(row.id, error instanceof Error ? error.message : 'unknown');
    }
  }

  /** What was published, by whichever core, must be known before history is asked for it. */
  private async learnDefinitions(): Promise<void> {
    const { manager } = this.tools.dataSource;
    const [row] = await manager.query<{ next: number }[]>("SELECT next FROM counter WHERE name = 'definition'");
    await this.tools.ingestTools().refresh(manager, row!.next);
  }

  /** What is counted must have arrived, must not be moved about meanwhile, and must be all there is. */
  private async waitForHistory({ fill }: Task, signal: AbortSignal): Promise<void> {
    if (fill.length === 0) return;
    const { appender, foldIn, gate } = this.tools;
    while (!signal.aborted && (foldIn.status().isRunning || !gate.isOpen)) await sleep(WAIT_MS);
    if (!signal.aborted) await appender.drained();
  }

  /** One group of profiles; gives whether it was the last. */
  private async step(id: string, task: Task): Promise<boolean> {
    const began = performance.now();
    const { position } = await this.find(id);
    const numbers = await this.numbersAfter(position, task.below);
    if (numbers.length === 0) return this.finish(id);
    const events = await this.eventsOf(numbers, task);
    const outcome = await retrying(() =>
      this.tools.dataSource.transaction(async (manager) => {
        const done = await this.apply(manager, id, numbers, events, task);
        const changed = new Set(done.tags.map(({ profile }) => profile)).size;
        const sql =
          'UPDATE tag_run SET position = ?, done = done + ?, changed = changed + ?, ms = ms + ? WHERE id = ? AND position = ?';
        const ms = Math.round(performance.now() - began);
        await manager.query(sql, [numbers.at(-1)!, numbers.length, changed, ms, id, position]);
        return done;
      }),
    );
    this.tools.afterCommit(outcome);
    return false;
  }

  private async numbersAfter(position: number, below: number): Promise<number[]> {
    const sql = `SELECT id FROM profile WHERE id > ? AND id < ? ORDER BY id LIMIT ${PROFILES_PER_STEP}`;
    return (await this.tools.dataSource.query<{ id: number }[]>(sql, [position, below])).map(({ id }) => id);
  }

  /** History by the number that it came with; who that is today is known when it is applied. */
  private async eventsOf(numbers: number[], { fill, seq }: Task): Promise<StoredEvent[]> {
    const { tags: program } = this.tools.ingestTools().program;
    const names = [...new Set(fill.flatMap((key) => program.cells.get(key)?.event.names ?? []))];
    if (names.length === 0) return [];
    const sql = `SELECT profile, toUnixTimestamp64Milli(at) AS at, name, properties FROM events
      WHERE profile >= {from:UInt32} AND profile <= {to:UInt32} AND seq < {seq:UInt64} AND ${COUNTS}
        AND has({names:Array(String)}, name)`;
    return this.tools.warehouse.rows<StoredEvent>(sql, { from: numbers[0]!, to: numbers.at(-1)!, seq, names });
  }

  private async apply(
    manager: EntityManager,
    id: string,
    numbers: number[],
    events: StoredEvent[],
    task: Task,
  ): Promise<Outcome> {
    const tools = this.tools.ingestTools();
    const counters = await Counters.open(manager);
    await tools.refresh(manager, counters.peek('definition'));
    const { program } = tools;
    const living = await livingOf(manager, numbers);
    const states = await loadStates(manager, [...new Set(living.values())]);
    fillCells(program.tags, task, events, (number) => states.get(living.get(number)!));
    const outcome = emptyOutcome();
    const dirty = dirtyOf(task, program.tags);
    for (const state of states.values()) {
      const effects = noEffects();
      redefine(state, dirty, tools.now(), program, effects, id);
      collect(state, effects, outcome);
    }
    await this.write(manager, outcome, task, counters);
    await counters.close();
    return outcome;
  }

  /** What a run does is not told but for moves, where that was asked for. */
  private async write(manager: EntityManager, outcome: Outcome, task: Task, counters: Counters): Promise<void> {
    const tools = this.tools.ingestTools();
    const happenings = outcome.happenings.filter(({ happening }) => happening.on === 'stage.moved');
    const told = { ...emptyOutcome(), touched: outcome.touched, moves: outcome.moves, happenings };
    const afterApply: IngestTools['afterApply'] = (turn, _, now) =>
      task.isTold ? tools.afterApply(turn, told, now) : Promise.resolve();
    await writeOutcome(manager, outcome, { ...tools, afterApply }, counters);
  }

  private async finish(id: string): Promise<boolean> {
    const sql = "UPDATE tag_run SET status = 'done', finished_at = ? WHERE id = ? AND status = 'running'";
    await this.tools.dataSource.query(sql, [this.now(), id]);
    return true;
  }

  private async fail(id: string, message: string): Promise<void> {
    const sql = "UPDATE tag_run SET status = 'failed', finished_at = ?, error = ? WHERE id = ?";
    await this.tools.dataSource.query(sql, [this.now(), cut(message, 255), id]);
  }

  private async find(id: string): Promise<Row> {
    const [row] = await this.tools.dataSource.query<Row[]>('SELECT * FROM tag_run WHERE id = ?', [id]);
    if (!row) throw new PlatformError(TAG.RUN_ABSENT, 'there is no such run', { kind: 'absent', details: { id } });
    return row;
  }

  private now(): number {
    return this.tools.ingestTools().now();
  }
}

interface StoredEvent {
  profile: number;
  at: number;
  name: string;
  properties: string;
}

/** Who a number leads to today. */
async function livingOf(manager: EntityManager, numbers: number[]): Promise<Map<number, number>> {
  const rows = await manager.query<{ id: number; merged_into: number | null }[]>(
    'SELECT id, merged_into FROM profile WHERE id >= ? AND id <= ?',
    [numbers[0]!, numbers.at(-1)!],
  );
  return new Map(rows.map(({ id, merged_into }) => [id, merged_into ?? id]));
}

/** Counts events of before into the cells that are new, beside what live processing has counted there since. */
function fillCells(
  program: TagProgram,
  { fill }: Task,
  events: StoredEvent[],
  stateOf: (number: number) => ProfileState | undefined,
): void {
  const cells = fill.flatMap((key) => program.cells.get(key) ?? []);
  for (const { profile, at, name, properties } of events) {
    const state = stateOf(profile);
    const event = { at, properties: JSON.parse(properties) as JsonObject };
    if (state)
      for (const cell of cells) if (cell.event.names.includes(name)) count(program, state, cell, event, state.clock);
  }
}

const viewOf = (row: Row): TagRun => ({
  id: row.id,
  tags: (JSON.parse(row.task) as Task).tags.filter((key) => !key.startsWith('~')),
  lifecycles: (JSON.parse(row.task) as Task).lifecycles ?? [],
  status: row.status,
  done: row.done,
  total: row.total,
  changed: row.changed,
  startedAt: row.started_at,
  ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  ...(row.error !== null && { message: row.error }),
});
