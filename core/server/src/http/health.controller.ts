import { Controller, Get, Header, Injectable } from '@nestjs/common';
import { PlatformError } from '@perennial/contract';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { Public } from '../access/index.js';
import type { NatsIntake } from '../ingest/index.js';
import type { Quarantine } from '../ingest/quarantine.js';
import type { Appender } from '../warehouse/index.js';

interface ReadyAnswer {
  status: 'ok';
  /** There when the warehouse refuses something: rows set aside since the start, lots refused as a whole, rows that wait. */
  warehouse?: { stuckLots: number; setAside: number; pendingRows: number };
}

/** Whether core can do its work now, and its figures for Prometheus. */
@Injectable()
export class Readiness {
  readonly registry = new Registry();

  constructor(
    private readonly dataSource: DataSource,
    private readonly appender: Appender,
    quarantine: Pick<Quarantine, 'figures'>,
    nats?: NatsIntake,
  ) {
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
    if (!nats) return;
    const { figures } = nats;
    gauge('perennial_log_partitions', "Partitions of NATS' log that this core reads", () => nats.partitions);
    gauge(
      'perennial_log_lag_messages',
      'Lots in NATS that are not yet applied, whichever core reads them',
      () => figures.lag,
    );
    gauge('perennial_log_redeliveries_total', 'Lots that came again', () => figures.redeliveries);
  }

  /** What does not hinder the work now, and wants an operator all the same. */
  warnings(): Pick<ReadyAnswer, 'warehouse'> {
    const { stuckLots, setAside, pendingRows } = this.appender.status();
    return stuckLots + setAside > 0 ? { warehouse: { stuckLots, setAside, pendingRows } } : {};
  }

  async check(): Promise<void> {
    try {
      await this.dataSource.query('SELECT 1');
    } catch (cause) {
      throw new PlatformError('DATABASE_UNAVAILABLE', 'the record database cannot be reached', {
        kind: 'transient',
        cause,
      });
    }
  }
}

@Public()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('health/ready')
  async ready(): Promise<ReadyAnswer> {
    await this.readiness.check();
    return { status: 'ok', ...this.readiness.warnings() };
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4')
  metrics(): Promise<string> {
    return this.readiness.registry.metrics();
  }
}
