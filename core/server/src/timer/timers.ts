import type { DataSource, EntityManager } from 'typeorm';
import { forUpdate, retrying } from '../database/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import { writeOutcome, type IngestTools } from '../ingest/ingest.transaction.js';
import { passTime, type Outcome } from '../ingest/rules/apply.js';
import { loadStates } from '../profile/store/profile.store.js';
import { Loop } from '../time/loop.js';
import type { HistoryGate } from './history-gate.js';

const BATCH = 500;
/** How late a due instant may be noticed when nothing else wakes the loop. */
const TICK_MS = 500;

/**
 * Makes the changes that time alone causes, when they are due (law 2 of tags and of lifecycles). Every profile's next
 * due instant is an indexed column of the record, so nothing is ever scanned and nothing is lost by a restart.
 */
export class Timers {
  private readonly loop = new Loop(
    TICK_MS,
    () => this.runDue(),
    (error) => this.onError(error),
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly tools: () => IngestTools,
    private readonly gate: HistoryGate,
    private readonly afterCommit: (outcome: Outcome) => void,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** Deals with everything due now, in batches; gives how many profiles it touched. */
  async runDue(): Promise<number> {
    let touched = 0;
    for (;;) {
      const tools = this.tools();
      if (!(await this.isAnyDue(tools.now()))) return touched;
      const outcome = await retrying(() => this.dataSource.transaction((manager) => this.runBatch(manager, tools)));
      if (!outcome) return touched;
      this.afterCommit(outcome);
      touched += outcome.touched.size;
      if (outcome.touched.size < BATCH) return touched;
    }
  }

  private async runBatch(manager: EntityManager, tools: IngestTools): Promise<Outcome | undefined> {
    const counters = await Counters.open(manager);
    await tools.refresh(manager, counters.peek('definition'));
    const now = tools.now();
    const sql = `SELECT id FROM profile WHERE due_at >= ? AND due_at <= ? ORDER BY due_at LIMIT ${BATCH} ${forUpdate(manager)}`;
    const due = await manager.query<{ id: number }[]>(sql, [this.gate.dueFrom, now]);
    if (due.length === 0) return undefined;
    const states = await loadStates(
      manager,
      due.map(({ id }) => id),
    );
    const outcome = passTime([...states.values()], now, tools.program);
    await writeOutcome(manager, outcome, tools, counters);
    await counters.close();
    return outcome;
  }

  /** Nothing is due at most looks, and those need not wait for a turn. */
  private async isAnyDue(now: number): Promise<boolean> {
    const sql = 'SELECT id FROM profile WHERE due_at >= ? AND due_at <= ? LIMIT 1';
    const found = await this.dataSource.query<unknown[]>(sql, [this.gate.dueFrom, now]);
    return found.length > 0;
  }
}
