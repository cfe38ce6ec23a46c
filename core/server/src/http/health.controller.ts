import { Controller, Get, Header, Injectable } from '@nestjs/common';
import { PlatformError } from '@perennial/contract';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { Public } from '../access/index.js';
import type { NatsIntake } from '../ingest/index.js';
import type { Appender } from '../warehouse/index.js';

/** Whether core can do its work now, and its figures for Prometheus. */
@Injectable()
export class Readiness {
  readonly registry = new Registry();

  constructor(
    private readonly dataSource: DataSource,
    appender: Appender,
    nats?: NatsIntake,
  ) {
    collectDefaultMetrics({ register: this.registry });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(read());
        },
      });
    gauge(
      'perennial_warehouse_pending_rows',
      'Rows committed in the record and not yet in the warehouse',
      () => appender.status().pendingRows,
    );
    gauge('perennial_warehouse_pending_seconds', 'Age of the oldest of them', () => appender.status().oldestMs / 1000);
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
  async ready(): Promise<{ status: 'ok' }> {
    await this.readiness.check();
    return { status: 'ok' };
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4')
  metrics(): Promise<string> {
    return this.readiness.registry.metrics();
  }
}
