import type { DataSource, EntityManager } from 'typeorm';
import { retrying } from '../../database/index.js';
import { Counters } from '../../ingest/store/counter.store.js';

/**
 * A transaction that has the platform's turn. Ingest plans assignments, and merges move them, under the same lock: so
 * neither can contradict what is given out, no two processes give one twice, and none of them can deadlock.
 */
export const inTurn = <T>(
  dataSource: DataSource,
  work: (manager: EntityManager, counters: Counters) => Promise<T>,
): Promise<T> =>
  retrying(() =>
    dataSource.transaction(async (manager) => {
      const counters = await Counters.open(manager);
      const done = await work(manager, counters);
      await counters.close();
      return done;
    }),
  );
