import { PlatformError } from '@perennial/contract';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { Config } from '../config/index.js';
import type { Appender, Warehouse } from '../warehouse/index.js';
import { Pairing } from './pairing.js';
import { StoreWatch } from './watch.js';

export interface StoresTools {
  dataSource: DataSource;
  warehouse: Warehouse;
  appender: Appender;
  now: () => number;
  options: { config: Config; onError: (room: string, error: unknown) => void };
}

/** How long a start waits to compare record and warehouse before it goes on without. */
const FIRST_MEETING_MS = 10_000;

/** That record and warehouse belong together and are whole: compared at the start, watched from then on. */
export class StoresRoom {
  readonly pairing: Pairing;
  readonly watch: StoreWatch;
  private readonly tell: (error: unknown) => void;

  constructor(private readonly stores: StoresTools) {
    const { dataSource, warehouse, appender, now, options } = stores;
    this.tell = (error) => options.onError('stores', error);
    const tools = { dataSource, warehouse, now, tell: this.tell };
    this.pairing = new Pairing({ ...tools, places: placesOf(options.config) });
    this.watch = new StoreWatch({ ...tools, appender, pairing: this.pairing });
  }

  /** Before anything is written; a warehouse that is away is met when it comes, and nothing is taken before. */
  async meetFirst(): Promise<void> {
    const meeting = this.pairing.meet();
    const later = sleep(FIRST_MEETING_MS, undefined, { ref: false });
    await Promise.race([meeting, later]).catch(async (error: unknown) => {
      if (!(error instanceof PlatformError) || !error.isRetryable) {
        await this.letGo();
        throw error;
      }
      this.tell(error);
    });
    // Whoever meets them later hears of it.
    meeting.catch(() => undefined);
  }

  /** Nobody else will close what is refused. */
  private async letGo(): Promise<void> {
    await this.stores.warehouse.close();
    await this.stores.dataSource.destroy();
  }
}

/** Without credentials: they stand in sentences for operators. */
const bare = (url: string): string => url.replace(/^sqlite:/, '').replace(/\/\/[^@/]*@/, '//');

const placesOf = ({ databaseUrl, clickhouseUrl, dataDir }: Config) => ({
  record: bare(databaseUrl),
  warehouse: clickhouseUrl ? bare(clickhouseUrl) : join(dataDir, 'warehouse'),
});
