import type { Role, TokenScope, TokenView } from '@perennial/contract';
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
  maker: string | null;
  scopes: string | null;
  expires_at: number | null;
  maker_name: string | null;
  maker_role: Role | null;
}

const FOUND = `SELECT t.*, u.name AS maker_name, u.role AS maker_role
  FROM api_token t LEFT JOIN operator u ON u.id = t.maker`;
const COLUMNS = ['id', 'hash', 'title', 'role', 'created_at', 'maker', 'scopes', 'expires_at'];
/** What tokens made before scopes could do, they still can: all that their role allows. */
const BEFORE_SCOPES: TokenScope[] = ['read', 'lookup', 'manage', 'reveal', 'access'];

export interface TokenInput {
  title: string;
  role: Role;
  scopes: TokenScope[];
  expiresAt: number;
  /** The operator with whom it ends; absent for a token that a token without a maker has made. */
  maker: string | undefined;
}

/** Tokens of machines; each is shown once, when it is made. */
export class Tokens {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
  ) {}

  async create({ title, role, scopes, expiresAt, maker }: TokenInput): Promise<TokenView> {
    const [id, token, createdAt] = [randomUUID(), newSecret('pt_'), this.now()];
    const row = [id, hashSecret(token), title, role, createdAt, maker ?? null, scopes.join(','), expiresAt];
    await insertRows(this.dataSource.manager, 'api_token', COLUMNS, [row]);
    return { id, title, role, scopes, createdAt, expiresAt, token };
  }

  async find(token: string): Promise<Principal | undefined> {
    const [row] = await this.dataSource.query<StoredToken[]>(`${FOUND} WHERE t.hash = ?`, [hashSecret(token)]);
    if (!row || !this.isValid(row)) return undefined;
    if (this.now() - (row.last_used_at ?? 0) > 60_000)
      await this.dataSource.query('UPDATE api_token SET last_used_at = ? WHERE id = ?', [this.now(), row.id]);
    return {
      name: `token:${row.title}`,
      role: roleOf(row),
      tokenId: row.id,
      scopes: scopesOf(row),
      ...(row.maker !== null && { makerId: row.maker }),
      mustChangePassword: false,
    };
  }

  /** Whether a token that was found still stands, with the same role. */
  async isOpen(id: string, role: string): Promise<boolean> {
    const [row] = await this.dataSource.query<StoredToken[]>(`${FOUND} WHERE t.id = ?`, [id]);
    return row !== undefined && this.isValid(row) && roleOf(row) === role;
  }

  async list(): Promise<TokenView[]> {
    const rows = await this.dataSource.query<StoredToken[]>(`${FOUND} ORDER BY t.created_at`);
    return rows.map((row) => ({
      id: row.id,
      title: row.title,
      role: roleOf(row),
      scopes: scopesOf(row),
      createdAt: row.created_at,
      ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
      ...(row.expires_at !== null && { expiresAt: row.expires_at }),
      ...(row.maker_name !== null && { maker: row.maker_name }),
    }));
  }

  async remove(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM api_token WHERE id = ?', [id]);
  }

  private isValid({ maker, maker_role: makerRole, expires_at: expiresAt }: StoredToken): boolean {
    return (maker === null || makerRole !== null) && (expiresAt === null || expiresAt > this.now());
  }
}

/** A token may never do more than its maker may by now. */
const roleOf = ({ role, maker_role: makerRole }: StoredToken): Role => (makerRole === 'viewer' ? 'viewer' : role);

const scopesOf = ({ scopes }: StoredToken): TokenScope[] =>
  scopes === null ? BEFORE_SCOPES : (scopes.split(',') as TokenScope[]);
