import type { DataSource } from 'typeorm';
import { insertRows } from '../database/index.js';

export interface AuditEntry {
  id: number;
  at: number;
  user: string;
  action: string;
  target: string;
}

/** The trail of changes and of reads of plain personal data. `target` names things by id, never by value. */
export class Audit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
  ) {}

  record(user: string, action: string, target: string): Promise<void> {
    return insertRows(
      this.dataSource.manager,
      'audit',
      ['at', 'user', 'action', 'target'],
      [[this.now(), user, action, target]],
    );
  }

  /** Newest first, before `beforeId`. */
  list(limit: number, beforeId = Number.MAX_SAFE_INTEGER): Promise<AuditEntry[]> {
    const sql = 'SELECT id, at, `user`, action, target FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?';
    return this.dataSource.query<AuditEntry[]>(sql, [beforeId, limit]);
  }
}
