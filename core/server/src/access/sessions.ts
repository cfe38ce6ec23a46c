import type { DataSource } from 'typeorm';
import { insertRows } from '../database/index.js';
import type { Principal } from './principal.js';
import { hashSecret, newSecret } from './rules/secret.js';
import type { OpenSessionView, Role } from '@perennial/contract';

const IDLE_MS = 12 * 60 * 60 * 1000;
const ABSOLUTE_MS = 7 * 24 * 60 * 60 * 1000;
/** How often being seen is written down. */
const SEEN_EVERY_MS = 60_000;

interface StoredSession {
  id: string;
  user_id: string;
  csrf: string;
  created_at: number;
  seen_at: number;
  name: string;
  role: Role;
  must_change: number;
}

interface Stated {
  address: string | null;
  agent: string | null;
}

/** Where somebody signs in from. */
export interface Place {
  address?: string;
  agent?: string;
}

/** Signed-in operators. The cookie's value is kept only as a hash. */
export class Sessions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
  ) {}

  /** A fresh session; an old cookie is never reused, so a planted one is worth nothing. */
  async open(userId: string, { address, agent }: Place = {}): Promise<{ cookie: string; csrf: string }> {
    const [cookie, csrf, now] = [newSecret(), newSecret(), this.now()];
    await this.sweep();
    const rows = [[hashSecret(cookie), userId, csrf, now, now, address ?? null, agent?.slice(0, 255) ?? null]];
    await insertRows(
      this.dataSource.manager,
      'operator_session',
      ['id', 'user_id', 'csrf', 'created_at', 'seen_at', 'address', 'agent'],
      rows,
    );
    await this.dataSource.query('UPDATE operator SET last_seen_at = ? WHERE id = ?', [now, userId]);
    return { cookie, csrf };
  }

  async find(cookie: string): Promise<Principal | undefined> {
    const sql = `SELECT s.id, s.user_id, s.csrf, s.created_at, s.seen_at, u.name, u.role, u.must_change
      FROM operator_session s JOIN operator u ON u.id = s.user_id WHERE s.id = ?`;
    const [session] = await this.dataSource.query<StoredSession[]>(sql, [hashSecret(cookie)]);
    if (!session) return undefined;
    if (this.isOver(session)) return await this.close(session.id);
    await this.see(session);
    const { name, role, id: sessionId, user_id: userId, csrf } = session;
    return { name, role, userId, sessionId, csrf, mustChangePassword: session.must_change === 1 };
  }

  /** Whether a session that was found still stands, with the same role; it is not taken for being used. */
  async isOpen(sessionId: string, role: string): Promise<boolean> {
    const sql = `SELECT s.created_at, s.seen_at FROM operator_session s JOIN operator u ON u.id = s.user_id
      WHERE s.id = ? AND u.role = ?`;
    const [session] = await this.dataSource.query<StoredSession[]>(sql, [sessionId, role]);
    return session !== undefined && !this.isOver(session);
  }

  /** Newest first; `current` is the one that asks. */
  async list(userId: string, current?: string): Promise<OpenSessionView[]> {
    const sql = `SELECT id, created_at, seen_at, address, agent FROM operator_session WHERE user_id = ? ORDER BY seen_at DESC`;
    const rows = await this.dataSource.query<(StoredSession & Stated)[]>(sql, [userId]);
    return rows
      .filter((row) => !this.isOver(row))
      .map(({ id, created_at: createdAt, seen_at: seenAt, address, agent }) => ({
        createdAt,
        seenAt,
        ...(address !== null && { address }),
        ...(agent !== null && { agent }),
        isCurrent: id === current,
      }));
  }

  async close(sessionId: string): Promise<undefined> {
    await this.dataSource.query('DELETE FROM operator_session WHERE id = ?', [sessionId]);
    return undefined;
  }

  /** Ends the user's other sessions, as after a change of password; without `but`, all. */
  async closeAll(userId: string, but = ''): Promise<void> {
    await this.dataSource.query('DELETE FROM operator_session WHERE user_id = ? AND id <> ?', [userId, but]);
  }

  /** Of browsers that never came back. */
  private async sweep(): Promise<void> {
    const [created, seen] = [this.now() - ABSOLUTE_MS, this.now() - IDLE_MS];
    await this.dataSource.query('DELETE FROM operator_session WHERE created_at < ? OR seen_at < ?', [created, seen]);
  }

  private isOver({ created_at: createdAt, seen_at: seenAt }: Pick<StoredSession, 'created_at' | 'seen_at'>): boolean {
    return this.now() - createdAt > ABSOLUTE_MS || this.now() - seenAt > IDLE_MS;
  }

  private async see({ id, seen_at: seenAt }: StoredSession): Promise<void> {
    if (this.now() - seenAt < SEEN_EVERY_MS) return;
    await this.dataSource.query('UPDATE operator_session SET seen_at = ? WHERE id = ?', [this.now(), id]);
  }
}
