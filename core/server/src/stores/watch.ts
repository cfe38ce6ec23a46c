import { PlatformError, type StoreProblem, type StoresView } from '@perennial/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { readFact, writeFact } from '../database/index.js';
import { Loop } from '../time/loop.js';
import { landedBlocks, setLanded, type Appender, type Warehouse } from '../warehouse/index.js';
import { eventBlocks } from './blocks.js';
import { recordId } from './facts.js';
import { rebuildSnapshots } from './mend/snapshots.js';
import { forgetAside, returned } from './mend/surplus.js';
import type { Pairing } from './pairing.js';
import { missingBlocks, rowsMissing, partsDetached, notReturned, type DetachedPart } from './rules/findings.js';
import { rangesIn, setState } from './store/ranges.js';
import { STORES } from './stores.errors.js';

export interface WatchTools {
  dataSource: DataSource;
  warehouse: Warehouse;
  appender: Pick<Appender, 'between'>;
  pairing: Pick<Pairing, 'isMet'>;
  now: () => number;
  tell: (error: unknown) => void;
}

const EVERY_MS = 10 * 60_000;
const SNAPSHOT_TRIES = 20;
const TRY_MS = 500;

/**
 * Looks at the start, and then now and then, whether the warehouse still has what has landed there. What is missing is told
 * in the log once, in `/health/ready` and by `perennial doctor` until it is back or an operator accepts it; snapshots are
 * written anew from the record.
 */
export class StoreWatch {
  private found: StoreProblem[] = [];
  private readonly loop: Loop;
  private readonly stopping = new AbortController();

  constructor(private readonly tools: WatchTools) {
    this.loop = new Loop(
      EVERY_MS,
      () => this.look(),
      (error) => this.stopping.signal.aborted || tools.tell(error),
    );
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop.stop();
  }

  /** As of the last look. */
  problems(): StoreProblem[] {
    return this.found;
  }

  /** Which the collectors' folders are paired with too. */
  recordId(): Promise<string> {
    return recordId(this.tools.dataSource);
  }

  async view(): Promise<StoresView> {
    const { pairing } = this.tools;
    return { recordId: await this.recordId(), isCompared: pairing.isMet, problems: this.found };
  }

  async look(): Promise<void> {
    await this.mendSnapshots();
    const before = this.found;
    this.found = [
      ...(await this.missingRows()),
      ...(await this.detachedParts()),
      ...(await this.voidedRanges()),
      ...(await this.lostRanges()),
    ];
    for (const problem of this.found)
      if (!before.some(({ code, message }) => code === problem.code && message === problem.message))
        this.tools.tell(new PlatformError(problem.code, problem.message, { kind: 'conflict' }));
  }

  /** What is missing now counts as gone for good: history goes on without it. */
  async accept(): Promise<StoresView> {
    const { dataSource, warehouse } = this.tools;
    const lost = await this.compareBlocks();
    await setLanded(dataSource.manager, new Map(lost.map(({ block, present }) => [block, present])));
    for (const { from, kind } of await rangesIn(dataSource, ['told'])) {
      await setState(dataSource, from, 'closed');
      if (kind === 'voided') await forgetAside(warehouse, from);
    }
    const parts = await this.parts();
    await writeFact(dataSource.manager, 'accepted_parts', JSON.stringify(parts.map(({ name }) => name)));
    await this.look();
    return this.view();
  }

  /** Read in this order: what lands between the two reads can only be more. */
  private async compareBlocks() {
    const landed = await landedBlocks(this.tools.dataSource.manager);
    return missingBlocks(landed, await eventBlocks(this.tools.warehouse));
  }

  private async missingRows(): Promise<StoreProblem[]> {
    const missing = await this.compareBlocks();
    return missing.length > 0 ? [rowsMissing(missing)] : [];
  }

  private async detachedParts(): Promise<StoreProblem[]> {
    const accepted = JSON.parse((await readFact(this.tools.dataSource, 'accepted_parts')) ?? '[]') as string[];
    const parts = (await this.parts()).filter(({ name }) => !accepted.includes(name));
    return parts.length > 0 ? [partsDetached(parts)] : [];
  }

  private parts(): Promise<DetachedPart[]> {
    return this.tools.warehouse.rows<DetachedPart>(
      `SELECT table, name, reason FROM system.detached_parts WHERE database = currentDatabase()
         AND reason NOT IN ('ignored', 'clone', 'attaching', 'deleting') ORDER BY table, name`,
    );
  }

  /** A range whose events have all come again is closed. */
  private async voidedRanges(): Promise<StoreProblem[]> {
    const { dataSource, warehouse } = this.tools;
    const problems: StoreProblem[] = [];
    for (const range of await rangesIn(dataSource, ['told'])) {
      if (range.kind !== 'voided') continue;
      const back = await returned(warehouse, range);
      if (back.missing > 0) problems.push(notReturned(range, back));
      else await setState(dataSource, range.from, 'closed');
    }
    return problems;
  }

  private async lostRanges(): Promise<StoreProblem[]> {
    const ranges = await rangesIn(this.tools.dataSource, ['told']);
    return ranges
      .filter(({ kind }) => kind === 'lost')
      .map(({ to }) => ({
        code: STORES.WAREHOUSE_LOST,
        message: `the warehouse was lost: history up to arrival number ${to} is not there. Put a copy of the warehouse back, or accept it`,
      }));
  }

  /** Counted while nothing is half appended; while batches wait it is tried again, and left for the next look. */
  private async mendSnapshots(): Promise<void> {
    const { appender } = this.tools;
    for (let tries = 0; tries < SNAPSHOT_TRIES; tries++) {
      let isCounted = false;
      const counting = appender.between(async () => void (isCounted = await this.countSnapshots()));
      await Promise.race([counting, aborted(this.stopping.signal)]);
      if (isCounted) return;
      await sleep(TRY_MS, undefined, { signal: this.stopping.signal });
    }
  }

  private async countSnapshots(): Promise<boolean> {
    const { dataSource, warehouse } = this.tools;
    const [record] = await dataSource.query<{ living: number; pending: number; seq: number | null }[]>(
      `SELECT (SELECT COUNT(*) FROM profile WHERE doc IS NOT NULL) AS living, (SELECT COUNT(*) FROM warehouse_pending) AS pending,
         (SELECT next FROM counter WHERE name = 'seq') AS seq`,
    );
    if (record!.pending > 0) return false;
    const [history] = await warehouse.rows<{ living: number }>(
      'SELECT count() AS living FROM (SELECT profile FROM profiles GROUP BY profile HAVING argMax(is_deleted, revision) = 0)',
    );
    const missing = record!.living - history!.living;
    if (missing === 0) return true;
    await rebuildSnapshots({ dataSource, warehouse }, record!.seq ?? 1);
    const text = `snapshots of ${Math.abs(missing)} people were ${missing > 0 ? 'missing' : 'too many'}; all were written anew from the record`;
    this.tools.tell(new PlatformError(STORES.SNAPSHOTS_MISSING, text, { kind: 'conflict' }));
    return true;
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
