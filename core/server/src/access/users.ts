import { PlatformError, type Role, type UserView } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { insertRows } from '../database/index.js';
import { ACCESS } from './access.errors.js';
import { hashPassword, isPassword, oneTimePassword, PASSWORD_COST, passwordProblem } from './rules/password.js';

interface StoredUser {
  id: string;
  name: string;
  role: Role;
  password: string;
  must_change: number;
  created_at: number;
  last_seen_at: number | null;
}

const COLUMNS = ['id', 'name', 'role', 'password', 'must_change', 'created_at'];

/** Operators and their passwords. */
export class Users {
  /** Compared against when a name is unknown, so that the answer takes as long as for a known one. */
  private readonly decoy: Promise<string>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
    /** scrypt's N; tests take a low one. */
    private readonly cost: number = PASSWORD_COST,
  ) {
    this.decoy = hashPassword(randomUUID(), cost);
  }

  /** Makes the user `admin` when nobody exists. Gives the one-time password when none was preset. */
  async ensureFirst(preset: string | undefined): Promise<{ isFirst: boolean; password?: string }> {
    const [row] = await this.dataSource.query<{ id: string }[]>('SELECT id FROM operator LIMIT 1');
    if (row) return { isFirst: false };
    const password = preset ?? oneTimePassword();
    await this.insert('admin', 'admin', password, preset === undefined);
    return { isFirst: true, ...(preset === undefined && { password }) };
  }

  async create(name: string, role: Role, password: string): Promise<UserView> {
    refuseWeak(password, name);
    if (await this.find('name', name))
      throw new PlatformError(ACCESS.USER_EXISTS, 'this name is taken', { kind: 'conflict' });
    const id = await this.insert(name, role, password, true);
    return viewOf((await this.find('id', id))!);
  }

  /** The user whose name and password these are; takes as long when the name is unknown. */
  async verify(name: string, password: string): Promise<StoredUser | undefined> {
    const user = await this.find('name', name);
    const isRight = await isPassword(password, user?.password ?? (await this.decoy));
    return user && isRight ? user : undefined;
  }

  async changePassword(id: string, current: string, next: string): Promise<void> {
    const user = await this.get(id);
    if (!(await isPassword(current, user.password)))
      throw new PlatformError(ACCESS.CREDENTIALS_WRONG, 'the current password is wrong', { kind: 'denied' });
    refuseWeak(next, user.name);
    await this.dataSource.query('UPDATE operator SET password = ?, must_change = 0 WHERE id = ?', [
      await hashPassword(next, this.cost),
      id,
    ]);
  }

  async setRole(id: string, role: Role): Promise<UserView> {
    const user = await this.get(id);
    if (role !== 'admin') await this.refuseLastAdmin(user);
    await this.dataSource.query('UPDATE operator SET role = ? WHERE id = ?', [role, id]);
    return viewOf({ ...user, role });
  }

  async remove(id: string): Promise<void> {
    await this.refuseLastAdmin(await this.get(id));
    await this.dataSource.query('DELETE FROM operator WHERE id = ?', [id]);
  }

  async list(): Promise<UserView[]> {
    return (await this.dataSource.query<StoredUser[]>('SELECT * FROM operator ORDER BY created_at, name')).map(viewOf);
  }

  async get(id: string): Promise<StoredUser> {
    const user = await this.find('id', id);
    if (!user)
      throw new PlatformError(ACCESS.USER_ABSENT, 'there is no such user', { kind: 'absent', details: { id } });
    return user;
  }

  private async find(column: 'id' | 'name', value: string): Promise<StoredUser | undefined> {
    const [row] = await this.dataSource.query<StoredUser[]>(`SELECT * FROM operator WHERE ${column} = ?`, [value]);
    return row;
  }

  private async insert(name: string, role: Role, password: string, mustChange: boolean): Promise<string> {
    const id = randomUUID();
    await insertRows(this.dataSource.manager, 'operator', COLUMNS, [
      [id, name, role, await hashPassword(password, this.cost), mustChange ? 1 : 0, this.now()],
    ]);
    return id;
  }

  private async refuseLastAdmin({ id, role }: StoredUser): Promise<void> {
    if (role !== 'admin') return;
    const [other] = await this.dataSource.query<unknown[]>(
      "SELECT id FROM operator WHERE role = 'admin' AND id <> ? LIMIT 1",
      [id],
    );
    if (!other) throw new PlatformError(ACCESS.LAST_ADMIN, 'the last admin stays', { kind: 'conflict' });
  }
}

function refuseWeak(password: string, name: string): void {
  const problem = passwordProblem(password, name);
  if (problem) throw new PlatformError(ACCESS.PASSWORD_WEAK, problem, { kind: 'invalid' });
}

export const viewOf = ({ id, name, role, created_at: createdAt, last_seen_at: lastSeenAt }: StoredUser): UserView => ({
  id,
  name,
  role,
  createdAt: createdAt,
  ...(lastSeenAt !== null && lastSeenAt !== undefined && { lastSeenAt: lastSeenAt }),
});
