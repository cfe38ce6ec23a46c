import {
  isVisitorKind,
  PlatformError,
  type SourceView,
  type WriteKeyEntry,
  type WriteKeyView,
} from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { hashSecret, newSecret } from '../access/rules/secret.js';
import { insertRows, upsertRows } from '../database/index.js';
import type { KeyRing } from '../identity/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import { SOURCE_ERRORS } from './source.errors.js';

interface StoredSource {
  id: string;
  title: string;
  kind: string;
  created_at: number;
}
interface StoredKey {
  id: string;
  source_id: string;
  hint: string;
  created_at: number;
  sealed: string | null;
}

const HINT_LENGTH = 8;

/** Sources whose keys are no secret: each visitor's copy of the page or the mini program bears one. */
const OPEN_KINDS = ['web', 'miniprogram'];

/** Where events come from, and the write keys that let them in. A key's hash is kept; of open kinds the key too, sealed. */
export class Sources {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
    private readonly ring: Pick<KeyRing, 'encrypt' | 'decrypt'>,
  ) {}

  async create(title: string, kind: string, id: string = randomUUID()): Promise<SourceView> {
    const row = [id, title, kind, this.now()];
    await this.dataSource.transaction(async (manager) => {
      if (isVisitorKind(kind)) await heldByVisitors(manager, id, this.now());
      await insertRows(manager, 'source', ['id', 'title', 'kind', 'created_at'], [row]);
    });
    return this.get(id);
  }

  async rename(id: string, title: string): Promise<SourceView> {
    await this.dataSource.query('UPDATE source SET title = ? WHERE id = ?', [title, id]);
    return this.get(id);
  }

  /** The source, its keys and its settings go; what it brought stays. */
  async remove(id: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      for (const table of ['write_key', 'source_settings', 'plan_finding'])
        await manager.query(`DELETE FROM ${table} WHERE source_id = ?`, [id]);
      await manager.query('DELETE FROM source WHERE id = ?', [id]);
    });
  }

  /** Every source by its id, for who needs no more. */
  kinds(): Promise<{ id: string; kind: string }[]> {
    return this.dataSource.query<{ id: string; kind: string }[]>('SELECT id, kind FROM source ORDER BY id');
  }

  async list(): Promise<SourceView[]> {
    const rows = await this.dataSource.query<StoredSource[]>('SELECT * FROM source ORDER BY created_at, id');
    const keys = await this.dataSource.query<StoredKey[]>('SELECT * FROM write_key ORDER BY created_at, id');
    return rows.map(({ id, title, kind, created_at: createdAt }) => ({
      id,
      title,
      kind,
      createdAt,
      keys: keys.filter((key) => key.source_id === id).map(keyView),
      events: 0,
    }));
  }

  async get(id: string): Promise<SourceView> {
    const found = (await this.list()).find((source) => source.id === id);
    if (!found)
      throw new PlatformError(SOURCE_ERRORS.ABSENT, 'there is no such source', { kind: 'absent', details: { id } });
    return found;
  }

  /** The sources with the keys that can be read, for whoever may make new ones. */
  async listOpen(): Promise<SourceView[]> {
    const rows = await this.dataSource.query<StoredKey[]>('SELECT * FROM write_key WHERE sealed IS NOT NULL');
    const open = new Map(rows.map(({ id, sealed }) => [id, this.ring.decrypt(sealed!)]));
    const withText = (key: WriteKeyView) => (open.has(key.id) ? { ...key, key: open.get(key.id)! } : key);
    return (await this.list()).map((source) => ({ ...source, keys: source.keys.map(withText) }));
  }

  /** A new write key; of kinds that are not open `key` is in this answer and never again. */
  async addKey(sourceId: string, key: string = newSecret('wk_')): Promise<WriteKeyView> {
    const { kind } = await this.get(sourceId);
    const [id, createdAt, hint] = [randomUUID(), this.now(), key.slice(0, HINT_LENGTH)];
    const row = [
      id,
      sourceId,
      hashSecret(key),
      hint,
      createdAt,
      OPEN_KINDS.includes(kind) ? this.ring.encrypt(key) : null,
    ];
    const columns = ['id', 'source_id', 'hash', 'hint', 'created_at', 'sealed'];
    await insertRows(this.dataSource.manager, 'write_key', columns, [row]);
    return { id, hint, createdAt, key };
  }

  async knowsKey(key: string): Promise<boolean> {
    const hash = hashSecret(key);
    return (await this.writeKeys()).some((known) => known.hash === hash);
  }

  async revokeKey(sourceId: string, id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM write_key WHERE id = ? AND source_id = ?', [id, sourceId]);
  }

  /** What collectors need to know. */
  writeKeys(): Promise<WriteKeyEntry[]> {
    return this.dataSource.query<WriteKeyEntry[]>('SELECT hash, source_id AS sourceId FROM write_key ORDER BY id');
  }
}

/** Every core reads its rulebook again, before the source's first event comes. */
async function heldByVisitors(manager: EntityManager, id: string, since: number): Promise<void> {
  const counters = await Counters.open(manager);
  await upsertRows(manager, 'visitor_source', ['id'], ['id', 'since'], [[id, since]]);
  counters.take('identity');
  await counters.close();
}

const keyView = ({ id, hint, created_at: createdAt }: StoredKey): WriteKeyView => ({ id, hint, createdAt });
