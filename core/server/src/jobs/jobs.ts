import type { DataSource } from 'typeorm';
import type { Counting } from '../audience/counting.js';
import { emptyLog, Leases } from '../database/index.js';
import type { Host } from '../host/index.js';
import type { Models } from '../host/models.js';
import type { Restores } from '../staging/index.js';
import type { Hubs } from '../steward/index.js';
import type { Tagging } from '../tagging/index.js';
import { DAY } from '../time/zone.js';
import { Loop } from '../time/loop.js';
import type { Uploads } from '../source/index.js';
import type { Quarantine } from '../ingest/quarantine.js';
import type { HistoryGate } from '../timer/history-gate.js';
import type { FoldIn, Warehouse } from '../warehouse/index.js';
import { dueModels } from './rules/due-models.js';

interface Tools {
  dataSource: DataSource;
  host: Host;
  models: Models;
  hubs: Hubs;
  foldIn: FoldIn;
  tagging: Tagging;
  restores: Pick<Restores, 'letGoExpired'>;
  counting: Pick<Counting, 'countDue'>;
  quarantine: Pick<Quarantine, 'forgetOld'>;
  quarantineDays: number;
  uploads: Pick<Uploads, 'sweep'>;
  gate: HistoryGate;
  warehouse: Warehouse;
  /** Unique among processes, for the lease. */
  holder: string;
  now: () => number;
  onError: (error: unknown) => void;
}

const TICK_MS = 60_000;
const LEASE_MS = 5 * TICK_MS;
/** How long a client may repeat a message and have it recognised. Clients of the field give up within days. */
export const SEEN_DAYS = 35;
const LOG_MS = 3_600_000;

/** What has to be done now and then, by one process at a time: models that are due, values that turned out to be nobody's, messages that nobody repeats any more. */
export class Jobs {
  private readonly loop: Loop;
  private readonly leases: Leases;
  private logEmptiedAt = 0;

  constructor(private readonly tools: Tools) {
    this.leases = new Leases(tools.dataSource, tools.now);
    this.loop = new Loop(TICK_MS, () => this.run(), tools.onError);
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  async run(): Promise<void> {
    if (!(await this.leases.tryHold('jobs', this.tools.holder, LEASE_MS))) return;
    await this.forgetMessages();
    await this.tools.quarantine.forgetOld(this.tools.now() - this.tools.quarantineDays * DAY);
    await this.tools.uploads.sweep();
    await this.emptyLog();
    await this.tools.hubs.look();
    await this.runModels();
    await this.tools.tagging.uses.note();
    await this.tools.restores.letGoExpired();
    await this.tools.counting.countDue();
    if (await this.mayFold()) await this.tools.foldIn.run();
  }

  /** A run that counts history by the numbers it came with must find it where it is. */
  private async mayFold(): Promise<boolean> {
    const { foldIn, tagging } = this.tools;
    return !(await tagging.runs.isAnyRunning()) && foldIn.isWorthIt();
  }

  /** Now and then: each time writes all that changed since into the file. */
  private async emptyLog(): Promise<void> {
    const { now, dataSource } = this.tools;
    if (now() - this.logEmptiedAt < LOG_MS) return;
    await emptyLog(dataSource);
    this.logEmptiedAt = now();
  }

  private async forgetMessages(): Promise<void> {
    const oldest = Math.floor(this.tools.now() / DAY) - SEEN_DAYS;
    await this.tools.dataSource.query('DELETE FROM seen_message WHERE day < ?', [oldest]);
  }

  /** One after the other: a model may read the whole of history. None before there is any, nor while it is loaded. */
  private async runModels(): Promise<void> {
    const { host, models, gate, warehouse, now } = this.tools;
    if (host.models.size === 0 || !gate.isOpen) return;
    if ((await warehouse.rows('SELECT 1 FROM events LIMIT 1')).length === 0) return;
    const facts = [...host.models.values()].map((model) => model.facts);
    for (const key of dueModels(facts, await models.list(), now())) await (await models.start(key)).done;
  }
}
