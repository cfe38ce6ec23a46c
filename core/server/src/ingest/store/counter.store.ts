import type { EntityManager } from 'typeorm';
import { forUpdate } from '../../database/index.js';

/** A run of numbers taken within a transaction: a rolled-back batch leaves no gap. */
export class Counter {
  private constructor(
    private readonly manager: EntityManager,
    private readonly name: string,
    private next: number,
  ) {}

  static async open(manager: EntityManager, name: 'profile' | 'seq'): Promise<Counter> {
    const sql = `SELECT next FROM counter WHERE name = ? ${forUpdate(manager)}`;
    const [row] = await manager.query<{ next: number }[]>(sql, [name]);
    if (!row) await manager.query('INSERT INTO counter (name, next) VALUES (?, 1)', [name]);
    return new Counter(manager, name, row ? row.next : 1);
  }

  /** The first of `amount` numbers. */
  take(amount = 1): number {
    const first = this.next;
    this.next += amount;
    return first;
  }

  async close(): Promise<void> {
    await this.manager.query('UPDATE counter SET next = ? WHERE name = ?', [this.next, this.name]);
  }
}
