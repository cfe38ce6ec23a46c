import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PlatformError } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Appender } from './append/appender.js';
import { openWarehouse, type WarehouseOptions } from './warehouse.open.js';
import { Warehouse } from './warehouse.js';

const logger = new Logger('Warehouse');

const logError = (error: unknown): void => {
  if (error instanceof PlatformError) logger.warn({ code: error.code, details: error.details }, error.message);
  else logger.warn(error instanceof Error ? error.name : 'unknown error');
};

/** Only one process can have the embedded engine, so after a restart it takes up its own lease. */
const holderOf = ({ url }: WarehouseOptions): string => (url ? randomUUID() : 'embedded');

/** Gives `Warehouse` and `Appender`; needs a TypeORM `DataSource` in the application. */
@Module({})
export class WarehouseModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(Warehouse) private readonly warehouse: Warehouse,
    @Inject(Appender) private readonly appender: Appender,
  ) {}

  static forRoot(options: WarehouseOptions): DynamicModule {
    const onDown = (reason: string): void => logger.warn(`The embedded engine is restarted: ${reason}`);
    const providers = [
      { provide: Warehouse, useFactory: () => openWarehouse({ onDown, ...options }) },
      {
        provide: Appender,
        inject: [DataSource, Warehouse],
        useFactory: (dataSource: DataSource, warehouse: Warehouse) =>
          new Appender({ dataSource, warehouse, holder: holderOf(options), onError: logError }),
      },
    ];
    return { module: WarehouseModule, global: true, providers, exports: [Warehouse, Appender] };
  }

  /** An engine that is only away is waited for by its users; one that cannot be had stops the start, with its reason. */
  async onModuleInit(): Promise<void> {
    try {
      await this.warehouse.ready();
    } catch (error) {
      if (!(error instanceof PlatformError) || !error.isRetryable) throw error;
      logError(error);
    }
    this.appender.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.appender.stop();
    await this.warehouse.close();
  }
}
