import { PlatformError } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { insertIgnoreRows } from '../database/index.js';
import { ACCESS } from './access.errors.js';
import type { Audit } from './audit.js';
import { hasScope, type Principal } from './principal.js';
import { countedAs, LOOKUP_HOUR_MS, missesFor } from './rules/lookup.js';
import { hashSecret } from './rules/secret.js';

/** What is looked up by: how many of which kinds, never the values. */
export type LookedUp = ReadonlyMap<string, number>;

/**
 * Stands before every look-up by a phone or an e-mail: whoever may try numbers and sees which exist reads what masks hide.
 * It asks for the right, counts misses in the record, so that a restart or a second core forgets none, and writes each
 * call into the audit before it is answered.
 */
export class LookupGate {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
    private readonly audit: Audit,
  ) {}

  /** Does the look-up, which says how many of the values were found. */
  async through<T>(who: Principal, asked: LookedUp, lookUp: () => Promise<{ answer: T; found: number }>): Promise<T> {
    const act = await this.audit.begin(who.name, 'identity.lookup', wordsOf(asked), who.address ?? '');
    try {
      const { answer, found } = await this.counted(who, asked, lookUp);
      await this.audit.end(act, `found ${found}`);
      return answer;
    } catch (error) {
      await this.audit.end(act, error instanceof PlatformError ? error.code : 'failed');
      throw error;
    }
  }

  /** Everything counts as a miss before it is looked up, so that parallel calls count too; what was found is given back. */
  private async counted<T>(
    who: Principal,
    asked: LookedUp,
    lookUp: () => Promise<{ answer: T; found: number }>,
  ): Promise<{ answer: T; found: number }> {
    if (!hasScope(who, 'lookup'))
      throw new PlatformError(ACCESS.SCOPE_MISSING, 'the token was not made for look-ups', { kind: 'denied' });
    const hour = Math.floor(this.now() / LOOKUP_HOUR_MS);
    const id = hashSecret(`${countedAs(who)} ${hour}`);
    const total = [...asked.values()].reduce((sum, n) => sum + n, 0);
    await this.open(id, hour);
    if ((await this.add(id, total)) > missesFor(who)) {
      await this.add(id, -total);
      throw this.tooMany(hour);
    }
    const done = await lookUp();
    await this.add(id, -done.found);
    return done;
  }

  private async open(id: string, hour: number): Promise<void> {
    const startsAt = hour * LOOKUP_HOUR_MS;
    await this.dataSource.query('DELETE FROM lookup_budget WHERE starts_at < ?', [startsAt - LOOKUP_HOUR_MS]);
    const columns = ['id', 'starts_at', 'misses'];
    await insertIgnoreRows(this.dataSource.manager, 'lookup_budget', columns, [[id, startsAt, 0]]);
  }

  private async add(id: string, misses: number): Promise<number> {
    await this.dataSource.query('UPDATE lookup_budget SET misses = misses + ? WHERE id = ?', [misses, id]);
    const rows = await this.dataSource.query<{ misses: number }[]>('SELECT misses FROM lookup_budget WHERE id = ?', [
      id,
    ]);
    return rows[0]!.misses;
  }

  private tooMany(hour: number): PlatformError {
    const retryAfter = Math.ceil(((hour + 1) * LOOKUP_HOUR_MS - this.now()) / 1000);
    return new PlatformError(ACCESS.LOOKUPS_TOO_MANY, `too many look-ups found nobody; go on in ${retryAfter} s`, {
      kind: 'tooMany',
      details: { retryAfter },
    });
  }
}

const wordsOf = (asked: LookedUp): string => [...asked].map(([kind, n]) => `${kind} ${n}`).join(', ');
