import type { DataSource, QueryRunner } from 'typeorm';

const MAX_WAIT_MS = 30_000;

/**
 * SQLite has one connection, and TypeORM gives every caller the same QueryRunner for it: the rollback of one request
 * would undo what others were told is saved. Here each caller gets a runner of its own, and one runner at a time holds
 * the connection: for a statement, or from the start of its outermost transaction to the end. The others wait in line.
 */
export class ConnectionLock {
  private owner: object | undefined;
  private holds = 0;
  private readonly waiting: (() => void)[] = [];

  async take(runner: object): Promise<void> {
    // No await between the check and the taking: two callers must not both find the connection free.
    while (this.owner !== undefined && this.owner !== runner) await this.turn();
    this.owner = runner;
    this.holds += 1;
  }

  drop(): void {
    this.holds -= 1;
    if (this.holds > 0) return;
    this.owner = undefined;
    this.waiting.shift()?.();
  }

  private turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(
          new Error(
            'SQLite is held by another transaction; inside a transaction use only the manager that it was given',
          ),
        );
      }, MAX_WAIT_MS);
      this.waiting.push(go);
    });
  }
}

type Create = (mode: 'master' | 'slave') => QueryRunner;

/** Puts the lock between a data source's callers and its one connection; call it right after `initialize()`. */
export function shareConnection(dataSource: DataSource, createRunner: () => QueryRunner): void {
  const lock = new ConnectionLock();
  (dataSource.driver as unknown as { createQueryRunner: Create }).createQueryRunner = () =>
    guarded(createRunner(), lock);
}

function guarded(runner: QueryRunner, lock: ConnectionLock): QueryRunner {
  const query = runner.query.bind(runner);
  const start = runner.startTransaction.bind(runner);
  let holdsTransaction = false;
  const release = () => {
    if (!holdsTransaction || runner.isTransactionActive) return;
    holdsTransaction = false;
    lock.drop();
  };
  runner.query = (async (...args: Parameters<typeof query>) => {
    await lock.take(runner);
    try {
      return (await query(...args)) as unknown;
    } finally {
      lock.drop();
    }
  }) as typeof runner.query;
  runner.startTransaction = async (...args) => {
    if (holdsTransaction) return start(...args);
    await lock.take(runner);
    holdsTransaction = true;
    try {
      await start(...args);
    } catch (error) {
      release();
      throw error;
    }
  };
  for (const end of ['commitTransaction', 'rollbackTransaction'] as const) {
    const finish = runner[end].bind(runner);
    runner[end] = async () => {
      try {
        await finish();
      } finally {
        release();
      }
    };
  }
  return runner;
}
