import { PlatformError } from '@perennial/contract';
import type { DataSource, QueryRunner } from 'typeorm';
import { DATABASE } from '../database.errors.js';

const MAX_WAIT_MS = 30_000;

interface Waiter {
  runner: object;
  go: () => void;
}

/**
 * SQLite has one connection, and TypeORM gives every caller the same QueryRunner for it: the rollback of one request
 * would undo what others were told is saved. Here each caller gets a runner of its own, and one runner at a time holds
 * the connection: for a statement, or from the start of its outermost transaction to the end. The others wait in line.
 */
export class ConnectionLock {
  private owner: object | undefined;
  private holds = 0;
  private readonly waiting: Waiter[] = [];

  constructor(private readonly maxWaitMs = MAX_WAIT_MS) {}

  /** Waits in line for the connection; who holds it never waits. Throws `DATABASE_CONNECTION_HELD` after 30 s. */
  async take(runner: object): Promise<void> {
    // No await between the check and the taking: two callers must not both find the connection free.
    if (this.owner !== undefined && this.owner !== runner) return this.turn(runner);
    this.owner = runner;
    this.holds += 1;
  }

  drop(): void {
    this.holds -= 1;
    if (this.holds > 0) return;
    // Handed over here and not taken on waking: whoever asks in between would overtake, and could do so for ever.
    const next = this.waiting.shift();
    this.owner = next?.runner;
    this.holds = next ? 1 : 0;
    next?.go();
  }

  private turn(runner: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = {
        runner,
        go: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(held());
      }, this.maxWaitMs);
      this.waiting.push(waiter);
    });
  }
}

const held = (): PlatformError =>
  new PlatformError(
    DATABASE.CONNECTION_HELD,
    'SQLite is held by another transaction; inside a transaction use only the manager that it was given',
    { kind: 'transient' },
  );

type Create = (mode: 'master' | 'slave') => QueryRunner;

/** Puts the lock between a data source's callers and its one connection; call it right after `initialize()`. */
export function shareConnection(dataSource: DataSource, createRunner: () => QueryRunner): void {
  const lock = new ConnectionLock();
  (dataSource.driver as unknown as { createQueryRunner: Create }).createQueryRunner = () =>
    guarded(createRunner(), lock);
}

function guarded(runner: QueryRunner, lock: ConnectionLock): QueryRunner {
  const query = runner.query.bind(runner);
  runner.query = (async (...args: Parameters<typeof query>) => {
    await lock.take(runner);
    try {
      return (await query(...args)) as unknown;
    } finally {
      lock.drop();
    }
  }) as typeof runner.query;
  guardTransactions(runner, lock);
  return runner;
}

function guardTransactions(runner: QueryRunner, lock: ConnectionLock): void {
  const start = runner.startTransaction.bind(runner);
  const release = runner.release.bind(runner);
  let holdsTransaction = false;
  const drop = () => {
    if (!holdsTransaction) return;
    holdsTransaction = false;
    lock.drop();
  };
  runner.startTransaction = async (...args) => {
    if (!holdsTransaction) {
      await lock.take(runner);
      holdsTransaction = true;
    }
    await start(...args);
  };
  for (const end of ['commitTransaction', 'rollbackTransaction'] as const) {
    const finish = runner[end].bind(runner);
    runner[end] = async () => {
      await finish();
      if (!runner.isTransactionActive) drop();
    };
  }
  // A transaction whose end failed, or that nobody ended, holds the connection up to here; without this for ever.
  runner.release = async () => {
    try {
      if (holdsTransaction) await undo(runner);
    } finally {
      drop();
      await release();
    }
  };
}

/** On a full disk and other failures SQLite has undone the transaction itself, and says that there is none. */
async function undo(runner: QueryRunner): Promise<void> {
  try {
    await runner.query('ROLLBACK');
  } catch (error) {
    if (!/no transaction is active/.test((error as Error).message)) throw error;
  }
}
