import { PlatformError, type KeyView, type ResealView } from '@perennial/contract';
import { createHash, randomBytes } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { upsertRows } from '../database/index.js';
import { IDENTITY, type KeyRing } from '../identity/index.js';
import { SEALED_MARK } from '../quarantine/quarantine.table.js';
import type { KeySource } from './keys.file.js';

interface Tools {
  dataSource: DataSource;
  keys: KeyRing;
  source: KeySource;
  onError: (error: unknown) => void;
}

/** Every column that holds sealed texts, with the key of its row. */
const SEALED: SealedColumn[] = [
  { table: 'identifier', key: 'hash', column: 'sealed', mark: '' },
  { table: 'plugin_options', key: 'plugin', column: 'secrets', mark: '' },
  { table: 'destination', key: 'id', column: 'secrets', mark: '' },
  { table: 'write_key', key: 'id', column: 'sealed', mark: '' },
  { table: 'quarantine', key: 'id', column: 'body', mark: SEALED_MARK },
];

interface SealedColumn {
  table: string;
  key: string;
  column: string;
  /** What a sealed text begins with, where others stand in the same column. */
  mark: string;
}

const BATCH = 500;
const CHECKED_TEXT = 'perennial key check';
const CHECK = 'check';

/** Whether keys were ever used with this record; asked before there are any. */
export async function hasKeys(dataSource: DataSource): Promise<boolean> {
  const rows = await dataSource.query<unknown[]>('SELECT value FROM key_state WHERE name = ?', [CHECK]);
  return rows.length > 0;
}

/** Fits the column, however long an id is. */
const markName = (id: string): string => `d:${createHash('sha256').update(id).digest('base64url').slice(0, 14)}`;

const wrong = (what: string): PlatformError =>
  new PlatformError(IDENTITY.KEYS_WRONG, `${what}. Put the right ones back from your copy`, { kind: 'invalid' });

/**
 * The keys of this record: that they are the right ones, and how they are changed. A new key seals what is written from
 * now on; what was sealed before is sealed anew in the background, a batch at a time, and goes on after a restart.
 */
export class Keys {
  private running: { abort: AbortController; ended: Promise<void> } | undefined;
  private progress = { done: 0, total: 0 };

  constructor(private readonly tools: Tools) {}

  /** Throws `IDENTITY_KEYS_WRONG` when the record was written with other keys: a second identity space would begin. */
  async check(): Promise<void> {
    const { dataSource, keys, source } = this.tools;
    const expected = keys.hash(CHECKED_TEXT);
    const known = await this.state(CHECK);
    if (known === undefined) await this.remember(dataSource.manager, CHECK, expected);
    else if (known !== expected)
      throw wrong(`the keys in ${source.place} are not those that this record was written with`);
    for (const id of keys.ids()) await this.checkDisplay(id);
  }

  /** A display key may be added and retired, never replaced: what it has sealed would be unreadable. */
  private async checkDisplay(id: string): Promise<void> {
    const { dataSource, keys, source } = this.tools;
    const [name, mark] = [markName(id), keys.markOf(id)];
    const known = await this.state(name);
    if (known === mark) return;
    if (known !== undefined || !(await this.opens(id)))
      throw wrong(`the display key ${id} in ${source.place} is another one than the record was sealed with`);
    await this.remember(dataSource.manager, name, mark);
  }

  /** Whether a key that nothing is remembered of opens what bears its id. */
  private async opens(id: string): Promise<boolean> {
    for (const { table, column, mark } of SEALED) {
      const sql = `SELECT \`${column}\` AS sealed FROM ${table} WHERE \`${column}\` LIKE ? LIMIT 1`;
      const [row] = await this.tools.dataSource.query<{ sealed: string }[]>(sql, [`${mark}${id}.%`]);
      if (row && !this.canDecrypt(row.sealed.slice(mark.length))) return false;
    }
    return true;
  }

  private canDecrypt(sealed: string): boolean {
    try {
      return typeof this.tools.keys.decrypt(sealed) === 'string';
    } catch (error) {
      if ((error as PlatformError).code === IDENTITY.KEYS_INVALID) return false;
      throw error;
    }
  }

  async list(): Promise<KeyView[]> {
    const { keys } = this.tools;
    const resealed = await this.state('resealed');
    return keys.ids().map((id) => ({
      id,
      isCurrent: id === keys.currentId,
      isUsed: id === keys.currentId || resealed !== keys.currentId,
    }));
  }

  view(): ResealView {
    return { isRunning: this.running !== undefined, ...this.progress };
  }

  /** Adds a key and begins to seal everything with it. Throws `IDENTITY_KEYS_FIXED` where the environment holds the keys. */
  async rotate(): Promise<ResealView> {
    const { keys, source } = this.tools;
    if (!source.write)
      throw new PlatformError(
        IDENTITY.KEYS_FIXED,
        'the environment holds the keys: append a display key there and restart; the rest happens by itself',
        { kind: 'conflict' },
      );
    await this.stop();
    source.write(keys.withKey({ id: nextId(keys.ids()), key: randomBytes(32).toString('base64') }));
    keys.reload();
    await this.checkDisplay(keys.currentId);
    await this.resume();
    return this.view();
  }

  /** Takes a key away that nothing is sealed with any more. Throws `IDENTITY_KEY_IN_USE`. */
  async retire(id: string): Promise<void> {
    const { keys, source } = this.tools;
    if (!keys.ids().includes(id))
      throw new PlatformError(IDENTITY.KEY_ABSENT, 'there is no such key', { kind: 'absent' });
    if (id === keys.currentId || (await this.isUsed(id)) || !source.write)
      throw new PlatformError(IDENTITY.KEY_IN_USE, 'something is still sealed with this key', { kind: 'conflict' });
    source.write(keys.withoutKey(id));
    keys.reload();
    await this.tools.dataSource.query('DELETE FROM key_state WHERE name = ?', [markName(id)]);
  }

  /** Goes on with what a restart cut off, or what a key from the environment has begun. */
  async resume(): Promise<void> {
    const { keys, onError } = this.tools;
    if ((await this.state('resealed')) === keys.currentId || this.running) return;
    const abort = new AbortController();
    const ended = this.reseal(abort.signal)
      .catch(onError)
      .finally(() => (this.running = undefined));
    this.running = { abort, ended };
  }

  async stop(): Promise<void> {
    this.running?.abort.abort();
    await this.running?.ended;
  }

  private async reseal(signal: AbortSignal): Promise<void> {
    const { dataSource, keys } = this.tools;
    const target = keys.currentId;
    this.progress = { done: 0, total: await this.countAll() };
    for (const place of SEALED)
      for (let after = ''; ;) {
        if (signal.aborted) return;
        const next = await dataSource.transaction((manager) => this.resealBatch(manager, place, after));
        if (next === undefined) break;
        after = next;
        await new Promise((resolve) => setImmediate(resolve));
      }
    await this.remember(dataSource.manager, 'resealed', target);
  }

  /** Gives the last row's key, undefined when there was none. */
  private async resealBatch(
    manager: EntityManager,
    { table, key, column, mark }: SealedColumn,
    after: string,
  ): Promise<string | undefined> {
    const { keys } = this.tools;
    const sql = `SELECT \`${key}\` AS id, \`${column}\` AS sealed FROM ${table} WHERE \`${key}\` > ? AND \`${column}\` LIKE ? ORDER BY \`${key}\` LIMIT ${BATCH}`;
    const rows = await manager.query<{ id: string; sealed: string }[]>(sql, [after, `${mark}%`]);
    for (const { id, sealed } of rows)
      if (!sealed.startsWith(`${mark}${keys.currentId}.`))
        // Only if nobody has written it meanwhile.
        await manager.query(`UPDATE ${table} SET \`${column}\` = ? WHERE \`${key}\` = ? AND \`${column}\` = ?`, [
          mark + keys.encrypt(keys.decrypt(sealed.slice(mark.length))),
          id,
          sealed,
        ]);
    this.progress.done += rows.length;
    return rows.at(-1)?.id;
  }

  private async isUsed(id: string): Promise<boolean> {
    for (const { table, column, mark } of SEALED) {
      const sql = `SELECT 1 AS found FROM ${table} WHERE \`${column}\` LIKE ? LIMIT 1`;
      const found = await this.tools.dataSource.query<unknown[]>(sql, [`${mark}${id}.%`]);
      if (found.length > 0) return true;
    }
    return false;
  }

  private async countAll(): Promise<number> {
    let total = 0;
    for (const { table, column, mark } of SEALED) {
      const sql = `SELECT COUNT(*) AS n FROM ${table} WHERE \`${column}\` LIKE ?`;
      const [row] = await this.tools.dataSource.query<{ n: number }[]>(sql, [`${mark}%`]);
      total += row!.n;
    }
    return total;
  }

  private async state(name: string): Promise<string | undefined> {
    const [row] = await this.tools.dataSource.query<{ value: string }[]>('SELECT value FROM key_state WHERE name = ?', [
      name,
    ]);
    return row?.value;
  }

  private remember(manager: EntityManager, name: string, value: string): Promise<void> {
    return upsertRows(manager, 'key_state', ['name'], ['name', 'value'], [[name, value]]);
  }
}

const nextId = (ids: string[]): string =>
  `k${Math.max(0, ...ids.map((id) => Number(/^k(\d+)$/.exec(id)?.[1] ?? 0))) + 1}`;
