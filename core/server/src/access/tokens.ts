import type { Role, TokenView } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { insertRows } from '../database/index.js';
import type { Principal } from './principal.js';
import { hashSecret, newSecret } from './rules/secret.js';

interface StoredToken {
  id: string;
  title: string;
  role: Role;
  created_at: number;
  last_used_at: number | null;
}

/** Tokens of machines; each is shown once, when it is made. */
export class Tokens {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
  ) {}

  async create(title: string, role: Role): Promise<TokenView> {
    const [id, token, createdAt] = [randomUUID(), newSecret('pt_'), this.now()];
    const rows = [[id, hashSecret(token), title, role, createdAt]];
    await insertRows(this.dataSource.manager, 'api_token', ['id', 'hash', 'title', 'role', 'created_at'], rows);
    return { id, title, role, createdAt, token };
  }

  async find(token: string): Promise<Principal | undefined> {
    const [row] = await this.dataSource.query<StoredToken[]>('SELECT * FROM api_token WHERE hash = ?', [
      hashSecret(token),
    ]);
    if (!row) return undefined;
    if (this.now() - (row.last_used_at ?? 0) > 60_000)
      await this.dataSource.query('UPDATE api_token SET last_used_at = ? WHERE id = ?', [this.now(), row.id]);
    return { name: `token:${row.title}`, role: row.role, mustChangePassword: false };
  }

  async list(): Promise<TokenView[]> {
    const rows = await this.dataSource.query<StoredToken[]>('SELECT * FROM api_token ORDER BY created_at');
    return rows.map(({ id, title, role, created_at: createdAt, last_used_at: lastUsedAt }) => ({
      id,
      title,
      role,
      createdAt: createdAt,
      ...(lastUsedAt !== null && { lastUsedAt: lastUsedAt }),
    }));
  }

  async remove(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM api_token WHERE id = ?', [id]);
  }
}
