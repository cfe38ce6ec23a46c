import { PlatformError } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { deleteIn, insertIgnoreRows, selectIn } from '../database/index.js';
import { ACCESS } from './access.errors.js';
import { ATTEMPT_LIMITS, waitMs, type Counted } from './rules/attempt.js';
import { hashSecret } from './rules/secret.js';

const FORGET_MS = Math.max(...Object.values(ATTEMPT_LIMITS).map(({ forgetMs }) => forgetMs));
/** What succeeds says nothing against an address or a name, and clears what was counted of this pair. */
const CLEARED = new Set<Counted>(['pair', 'device', 'change']);

interface Row {
  id: string;
  failures: number;
  last_at: number;
}

export interface Attempt {
  succeeded(): Promise<void>;
}

/** Failed sign-ins, counted in the record: a restart does not forget them, and a second core shares them. */
export class Attempts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
  ) {}

  /** Counts an attempt as failed before it is made, so that parallel ones count too; throws while it has to wait. */
  async begin(what: { counted: Counted; of: string }[]): Promise<Attempt> {
    const keys = what.map(({ counted, of }) => ({ counted, id: hashSecret(`${counted} ${of}`) }));
    await this.refuseWaiting(keys);
    await this.count(keys.map(({ id }) => id));
    return { succeeded: () => this.uncount(keys) };
  }

  private async refuseWaiting(keys: { counted: Counted; id: string }[]): Promise<void> {
    const now = this.now();
    await this.dataSource.query('DELETE FROM sign_in_attempt WHERE last_at < ?', [now - FORGET_MS]);
    const columns = ['id', 'failures', 'last_at'];
    const values = keys.map(({ id }) => id);
    const rows = await selectIn<Row>(this.dataSource.manager, {
      table: 'sign_in_attempt',
      columns,
      where: 'id',
      values,
    });
    const waits = rows.map(({ id, failures, last_at: lastAt }) => {
      const { counted } = keys.find((key) => key.id === id)!;
      return waitMs(ATTEMPT_LIMITS[counted], failures, lastAt, now);
    });
    const longest = Math.max(0, ...waits);
    if (longest > 0) throw tooMany(Math.ceil(longest / 1000));
  }

  private async count(ids: string[]): Promise<void> {
    const rows = ids.map((id) => [id, 0, this.now()]);
    await insertIgnoreRows(this.dataSource.manager, 'sign_in_attempt', ['id', 'failures', 'last_at'], rows);
    for (const id of ids)
      await this.dataSource.query('UPDATE sign_in_attempt SET failures = failures + 1, last_at = ? WHERE id = ?', [
        this.now(),
        id,
      ]);
  }

  private async uncount(keys: { counted: Counted; id: string }[]): Promise<void> {
    const values = keys.filter(({ counted }) => CLEARED.has(counted)).map(({ id }) => id);
    await deleteIn(this.dataSource.manager, { table: 'sign_in_attempt', where: 'id', values });
    for (const { id } of keys.filter(({ counted }) => !CLEARED.has(counted)))
      await this.dataSource.query('UPDATE sign_in_attempt SET failures = failures - 1 WHERE id = ? AND failures > 0', [
        id,
      ]);
  }
}

export const tooMany = (retryAfter: number): PlatformError =>
  new PlatformError(ACCESS.ATTEMPTS_TOO_MANY, `too many attempts; try again in ${retryAfter} s`, {
    kind: 'tooMany',
    details: { retryAfter },
  });
