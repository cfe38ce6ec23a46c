import type { EntityManager } from 'typeorm';
import { forUpdate } from '../../database/index.js';

/**
 * Numbers that are given out: profiles, places in arrival order; and the revisions of what is in force: the catalogue,
 * definitions, identity rules, settings of sources.
 */
const NAMES = ['catalogue', 'definition', 'identity', 'profile', 'seq', 'settings'] as const;
export type CounterName = (typeof NAMES)[number];

/**
 * The numbers of a transaction that changes profiles. Opening them is its first statement and its lock: such transactions
 * run one after the other, whichever core they belong to. So none of them can deadlock, none reads a graph that another
 * is about to change, and a rolled-back batch leaves no gap. Set-based batches are faster one at a time than small ones
 * side by side.
 */
export class Counters {
  private constructor(
    private readonly manager: EntityManager,
    private readonly opened: Map<CounterName, number>,
    private readonly next: Map<CounterName, number>,
  ) {}

  static async open(manager: EntityManager): Promise<Counters> {
    const sql = `SELECT name, next FROM counter WHERE name IN ('catalogue', 'definition', 'identity', 'profile', 'seq', 'settings') ORDER BY name ${forUpdate(manager)}`;
    const rows = await manager.query<{ name: CounterName; next: number }[]>(sql);
    const known = new Map(rows.map(({ name, next }) => [name, next]));
    for (const name of NAMES) {
      if (known.has(name)) continue;
      await manager.query('INSERT INTO counter (name, next) VALUES (?, 1)', [name]);
      known.set(name, 1);
    }
    return new Counters(manager, known, new Map(known));
  }

  /** Rises with every change of rules or constraints. */
  get revision(): number {
    return this.next.get('identity')!;
  }

  /** The number that will be taken next. */
  peek(name: CounterName): number {
    return this.next.get(name)!;
  }

  /** The first of `amount` numbers. */
  take(name: CounterName, amount = 1): number {
    const first = this.next.get(name)!;
    this.next.set(name, first + amount);
    return first;
  }

  /** Writes what was taken; call it before the transaction ends. */
  async close(): Promise<void> {
    for (const [name, next] of this.next)
      if (next !== this.opened.get(name))
        await this.manager.query('UPDATE counter SET next = ? WHERE name = ?', [next, name]);
  }
}
