import type { DataSource } from 'typeorm';
import { upsertRows } from '../database/index.js';
import { hashSecret, newSecret } from './rules/secret.js';

const DAY_MS = 24 * 60 * 60 * 1000;
export const DEVICE_DAYS = 180;

/** Browsers that somebody has signed in with. Whoever attacks a name from elsewhere does not slow these down. */
export class Devices {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
  ) {}

  /** The device's id, when this user has signed in with it. */
  async find(cookie: string | undefined, userId: string | undefined): Promise<string | undefined> {
    if (!cookie || !userId) return undefined;
    const id = hashSecret(cookie);
    const sql = 'SELECT id FROM known_device WHERE id = ? AND user_id = ? AND seen_at > ?';
    const [row] = await this.dataSource.query<{ id: string }[]>(sql, [id, userId, this.oldest()]);
    return row?.id;
  }

  /** Gives the cookie for next time; the one that is known is kept. */
  async remember(cookie: string | undefined, userId: string): Promise<string> {
    const kept = (await this.find(cookie, userId)) ? cookie! : newSecret();
    const row = [hashSecret(kept), userId, this.now()];
    await upsertRows(this.dataSource.manager, 'known_device', ['id'], ['id', 'user_id', 'seen_at'], [row]);
    await this.dataSource.query('DELETE FROM known_device WHERE seen_at < ?', [this.oldest()]);
    return kept;
  }

  async forgetAll(userId: string): Promise<void> {
    await this.dataSource.query('DELETE FROM known_device WHERE user_id = ?', [userId]);
  }

  private oldest(): number {
    return this.now() - DEVICE_DAYS * DAY_MS;
  }
}
