import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { forUpdate, retrying } from '../database/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import { writeOutcome, type IngestTools } from '../ingest/ingest.transaction.js';
import { passTime, type Outcome } from '../ingest/rules/apply.js';
import { loadStates } from '../profile/store/profile.store.js';
import { Loop } from '../time/loop.js';
import type { HistoryGate } from './history-gate.js';
import { Pace } from './pace.js';

/** How late a due instant may be noticed when nothing else wakes the loop. */
const TICK_MS = 500;
/** How often it is looked whether the warehouse has caught up. */
const CATCH_UP_MS = 100;

/** Those who must not be held up. */
export interface Others {
  /** Events are waiting, or being applied. */
  isIngesting: () => boolean;
  /** Resolves when none are. */
  ingested: () => Promise<void>;
  /** History has as much to catch up with as timers may give it. */
  isBehind: () => boolean;
}

/**
 * Makes the changes that time alone causes, when they are due (law 2 of tags and of lifecycles). Every profile's next
 * due instant is an indexed column of the record, so nothing is ever scanned and nothing is lost by a restart.
 */
export class Timers {
  private isStopping = false;
  /** When the turn that is taken, or was last, began: waiting for it is not what makes it long. */
  private heldSince = 0;
  private readonly loop = new Loop(
    TICK_MS,
    () => this.runDue(),
    (error) => this.onError(error),
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly tools: () => IngestTools,
    private readonly gate: HistoryGate,
    private readonly others: Others,
    private readonly afterCommit: (outcome: Outcome) => void,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.loop.start();
  }

  /** Ends after the turn that is taken; who is still due is so at the next start. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.loop.stop();
    this.isStopping = false;
  }

  /** Deals with everything due now, a turn at a time; gives how many profiles it touched. */
  async runDue(): Promise<number> {
    const pace = new Pace();
    for (let touched = 0; ;) {
      if (this.isStopping || !(await this.isAnyDue(this.tools().now()))) return touched;
      const people = await this.takeTurn(pace);
      touched += people;
      if (people === 0) return touched;
    }
  }

  /** One transaction, and then a pause: the process has other things to do than what is due. */
  private async takeTurn(pace: Pace): Promise<number> {
    const tools = this.tools();
    const outcome = await retrying(() =>
      this.dataSource.transaction((manager) => this.runBatch(manager, tools, pace.people)),
    );
    if (!outcome) return 0;
    this.afterCommit(outcome);
    const at = performance.now();
    const people = outcome.touched.size;
    // An embedded database answers without a pause, so that without this nothing else would run until all is done.
    await nextTurn();
    const rest = pace.took({ people, ms: at - this.heldSince, isBusy: this.others.isIngesting(), at });
    if (rest > 0) await Promise.race([this.others.ingested(), sleep(rest, undefined, { ref: false })]);
    while (this.others.isBehind() && !this.isStopping) await sleep(CATCH_UP_MS);
    return people;
  }

  private async runBatch(manager: EntityManager, tools: IngestTools, people: number): Promise<Outcome | undefined> {
    const counters = await Counters.open(manager);
    this.heldSince = performance.now();
    await tools.refresh(manager, counters.peek('definition'));
    const now = tools.now();
    const sql = `SELECT id FROM profile WHERE due_at >= ? AND due_at <= ? ORDER BY due_at LIMIT ? ${forUpdate(manager)}`;
    const due = await manager.query<{ id: number }[]>(sql, [this.gate.dueFrom, now, people]);
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
