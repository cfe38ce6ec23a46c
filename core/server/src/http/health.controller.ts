import { Controller, Get, Header, Injectable } from '@nestjs/common';
import { PlatformError, type ReadyAnswer } from '@perennial/contract';
import { statfs } from 'node:fs/promises';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { Public } from '../access/index.js';
import { writeFact } from '../database/index.js';
import type { Ingest, NatsIntake } from '../ingest/index.js';
import type { Quarantine } from '../ingest/quarantine.js';
import { STORES, type StoreWatch } from '../stores/index.js';
import type { ServerClock } from '../clock/index.js';
import { CLOCK } from '../clock/clock.errors.js';
import { WAREHOUSE, type Appender, type Warehouse } from '../warehouse/index.js';
import { Pulse } from './pulse.js';

export interface ReadinessTools {
  dataSource: DataSource;
  warehouse: Pick<Warehouse, 'rows'>;
  appender: Pick<Appender, 'status'>;
  quarantine: Pick<Quarantine, 'figures'>;
  ingest: Pick<Ingest, 'isFailing'>;
  storeWatch: Pick<StoreWatch, 'problems'>;
  clock: Pick<ServerClock, 'sentence'>;
  nats?: NatsIntake | undefined;
  /** The data folder. */
  folder: string;
}

/** Below this a transaction of ingest may not find room. */
const LEAST_FREE_BYTES = 32 * 1024 * 1024;
/** The door is open to everybody, and a look writes. */
const LOOK_MS = 2_000;

/** Whether core can do its work now, and its figures for Prometheus. */
@Injectable()
export class Readiness {
  readonly registry = new Registry();
  private readonly record: Pulse;
  private readonly warehouse: Pulse;

  private last: { at: number; look: Promise<ReadyAnswer> } | undefined;

  constructor(private readonly tools: ReadinessTools) {
    const { appender, quarantine, nats, storeWatch, dataSource, warehouse } = tools;
    this.record = new Pulse(() => dataSource.query('SELECT 1'));
    this.warehouse = new Pulse(() => warehouse.rows('SELECT 1'));
    collectDefaultMetrics({ register: this.registry });
    const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        async collect() {
          this.set(await read());
        },
      });
    gauge(
      'perennial_warehouse_pending_rows',
      'Rows committed in the record and not yet in the warehouse',
      () => appender.status().pendingRows,
    );
    gauge('perennial_warehouse_pending_seconds', 'Age of the oldest of them', () => appender.status().oldestMs / 1000);
    gauge(
      'perennial_warehouse_stuck_lots',
      'Lots that the warehouse refuses as a whole',
      () => appender.status().stuckLots,
    );
    gauge(
      'perennial_warehouse_set_aside_rows',
      'Rows that the warehouse refused for good and that lie in quarantine',
      async () => (await quarantine.figures()).setAside,
    );
    gauge(
      'perennial_quarantine_bytes',
      'What refused items take in the record',
      async () => (await quarantine.figures()).bytes,
    );
    gauge(
      'perennial_quarantine_surplus_items',
      'Refused items that were counted and not kept, because the quota was reached',
      async () => (await quarantine.figures()).surplus,
    );
    gauge(
      'perennial_store_problems',
      'Findings about record and warehouse that an operator must look after',
      () => storeWatch.problems().length,
    );
    if (!nats) return;
    const { figures } = nats;
    gauge('perennial_log_partitions', "Partitions of NATS' log that this core reads", () => nats.partitions);
    gauge(
      'perennial_log_lag_messages',
      'Lots in NATS that are not yet applied, whichever core reads them',
      () => figures.lag,
    );
    counter(this.registry, 'perennial_log_redeliveries_total', 'Lots that came again', () => figures.redeliveries);
  }

  /** What does not hinder the work now, and wants an operator all the same. */
  private warnings(): Pick<ReadyAnswer, 'warehouse'> {
    const { stuckLots, setAside, pendingRows } = this.tools.appender.status();
    return stuckLots + setAside > 0 ? { warehouse: { stuckLots, setAside, pendingRows } } : {};
  }

  /** Throws, as transient, when core cannot write; what it can work without is in the answer. */
  check(): Promise<ReadyAnswer> {
    const now = performance.now();
    if (!this.last || now - this.last.at > LOOK_MS) this.last = { at: now, look: this.look() };
    return this.last.look;
  }

  private async look(): Promise<ReadyAnswer> {
    const { dataSource, folder, ingest, storeWatch, clock } = this.tools;
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < LEAST_FREE_BYTES) throw unwritable('the disk of the data folder is full');
    const [record, engine] = await Promise.all([this.record.feel(), this.warehouse.feel()]);
    if (!record) throw unwritable('the record database does not answer; core waits for it');
    if (!engine) throw away('the warehouse does not answer; core waits for it');
    try {
      await writeFact(dataSource.manager, 'probe', String(Date.now()));
    } catch (cause) {
      throw unwritable('the record cannot be written: it is away, may only be read, or its disk is full', cause);
    }
    if (ingest.isFailing) throw unwritable('the record did not take the last events');
    const held = clock.sentence;
    const problems = [...storeWatch.problems(), ...(held ? [{ code: CLOCK.HELD, message: held }] : [])];
    const warnings = this.warnings();
    return problems.length > 0 ? { status: 'impaired', problems, ...warnings } : { status: 'ok', ...warnings };
  }
}

const unwritable = (why: string, cause?: unknown): PlatformError =>
  new PlatformError(STORES.UNWRITABLE, why, { kind: 'transient', cause });

/** Of what is counted elsewhere. */
const counter = (registry: Registry, name: string, help: string, read: () => number): Counter =>
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });

const away = (why: string): PlatformError =>
  new PlatformError(WAREHOUSE.ENGINE_UNAVAILABLE, why, { kind: 'transient' });

@Public()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('health/ready')
  ready(): Promise<ReadyAnswer> {
    return this.readiness.check();
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.readiness.registry.metrics();
  }
}
