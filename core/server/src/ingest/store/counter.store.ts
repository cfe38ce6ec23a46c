import type { EntityManager } from 'typeorm';

/** Takes `amount` numbers of a counter within the transaction, so that a rolled-back batch leaves no gap. Gives the first. */
export async function take(manager: EntityManager, name: 'profile' | 'seq', amount: number): Promise<number> {
  const [row] = await manager.query<{ next: number | string }[]>('SELECT next FROM counter WHERE name = ?', [name]);
  const first = row ? Number(row.next) : 1;
  if (row) await manager.query('UPDATE counter SET next = ? WHERE name = ?', [first + amount, name]);
  else await manager.query('INSERT INTO counter (name, next) VALUES (?, ?)', [name, first + amount]);
  return first;
}
