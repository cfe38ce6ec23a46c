import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { insertRows } from '../database/index.js';
import { AUDIT_TRAIL } from './store/access.tables.js';

export interface AuditEntry {
  id: number;
  at: number;
  user: string;
  action: string;
  target: string;
  address?: string;
  /** `done`, or the code it failed with; `begun` when core ended in the middle. Reads have none. */
  outcome?: string;
}

/** The request that is being answered. */
export interface Asking {
  user: string;
  address: string;
  /** The row of this request's act, written before it is done; its handler says what it is called. */
  act?: string;
  isNamed?: boolean;
}

const COLUMNS = ['at', 'user', 'action', 'target', 'act', 'address', 'outcome'];

/**
 * The trail of changes and of reads of plain personal data. `target` names things by id, never by value. The row of an act
 * is there before the act, and gets its outcome after it, so nothing is done that is not in it.
 */
export class Audit {
  private readonly asking = new AsyncLocalStorage<Asking>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
  ) {}

  clock(): number {
    return this.now();
  }

  /** Runs what belongs to a request, so that its rows know where it came from. */
  within<T>(asking: Asking, work: () => T): T {
    return this.asking.run(asking, work);
  }

  /** The row of an act that is about to be done. */
  async begin(user: string, action: string, target: string, address: string): Promise<string> {
    const act = randomUUID();
    await this.insert([this.now(), user, action, target, act, address, 'begun']);
    return act;
  }

  async end(act: string, outcome: string): Promise<void> {
    await this.dataSource.query('UPDATE audit SET outcome = ? WHERE act = ?', [cut(outcome, 'outcome'), act]);
  }

  /** Says what the request's act is and what it is done to; of a request without an act it is a row of its own. */
  async record(user: string, action: string, target: string): Promise<void> {
    const asking = this.asking.getStore();
    if (!asking?.act || asking.isNamed)
      return this.insert([this.now(), user, action, target, null, asking?.address ?? null, null]);
    asking.isNamed = true;
    const sql = 'UPDATE audit SET `user` = ?, action = ?, target = ? WHERE act = ?';
    const values = [cut(user, 'user'), cut(action, 'action'), cut(target, 'target'), asking.act];
    await this.dataSource.query(sql, values);
  }

  /** Newest first, before `beforeId`. */
  async list(limit: number, beforeId = Number.MAX_SAFE_INTEGER): Promise<AuditEntry[]> {
    const sql = `SELECT id, at, \`user\`, action, target, address, outcome FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?`;
    const rows = await this.dataSource.query<Stored[]>(sql, [beforeId, limit]);
    return rows.map(({ address, outcome, ...row }) => ({
      ...row,
      ...(address !== null && { address }),
      ...(outcome !== null && { outcome }),
    }));
  }

  private insert(row: (string | number | null)[]): Promise<void> {
    const fitting = row.map((value, n) => (typeof value === 'string' ? cut(value, COLUMNS[n]!) : value));
    return insertRows(this.dataSource.manager, 'audit', COLUMNS, [fitting]);
  }
}

type Stored = Omit<AuditEntry, 'address' | 'outcome'> & { address: string | null; outcome: string | null };

/** A text that is too long for its column never costs a row, whatever the database makes of it. */
function cut(text: string, column: string): string {
  const { kind } = AUDIT_TRAIL.columns[column]!;
  return typeof kind === 'object' ? Array.from(text).slice(0, kind.text).join('') : text;
}
