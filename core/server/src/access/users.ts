import { PlatformError, type Role, type UserView } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { insertRows } from '../database/index.js';
import { ACCESS } from './access.errors.js';
import { Derivations, type Turn } from './derivations.js';
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

/** For what operators do to each other, and for the command line. */
const AMONG_OURSELVES: Turn = { lane: 'operators', isKnown: true };

const COLUMNS = ['id', 'name', 'role', 'password', 'must_change', 'created_at'];

/** Operators and their passwords. */
export class Users {
  /** Compared against when a name is unknown, so that the answer takes as long as for a known one. */
  private readonly decoy: Promise<string>;
  private readonly derivations = new Derivations();

  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
    /** scrypt's N; tests take a low one. */
    private readonly cost: number = PASSWORD_COST,
  ) {
    this.decoy = hashPassword(randomUUID(), cost);
  }

  /**
   * Makes the user `admin` when nobody exists. Gives the one-time password when none was preset. A preset one stands in
   * files and environments, so it is changed as well unless `mustChange` says otherwise.
   */
  async ensureFirst(
    preset: string | undefined,
    mustChange = preset === undefined,
  ): Promise<{ isFirst: boolean; password?: string }> {
    const [row] = await this.dataSource.query<{ id: string }[]>('SELECT id FROM operator LIMIT 1');
    if (row) return { isFirst: false };
    if (preset !== undefined) refuseWeak(preset, 'admin');
    const password = preset ?? oneTimePassword();
    await this.insert('admin', 'admin', password, mustChange);
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
  async verify(name: string, password: string, turn: Turn): Promise<StoredUser | undefined> {
    const user = await this.find('name', name);
    const stored = user?.password ?? (await this.decoy);
    const isRight = await this.derivations.run(turn, () => isPassword(password, stored));
    return user && isRight ? user : undefined;
  }

  idOf(name: string): Promise<string | undefined> {
    return this.find('name', name).then((user) => user?.id);
  }

  /** A one-time password in place of the one that was forgotten. */
  async resetPassword(id: string): Promise<string> {
    await this.get(id);
    const password = oneTimePassword();
    await this.setPassword(id, password, true, AMONG_OURSELVES);
    return password;
  }

  async changePassword(id: string, current: string, next: string): Promise<void> {
    const user = await this.get(id);
    const turn: Turn = { lane: id, isKnown: true };
    if (!(await this.derivations.run(turn, () => isPassword(current, user.password))))
      throw new PlatformError(ACCESS.CREDENTIALS_WRONG, 'the current password is wrong', { kind: 'denied' });
    refuseWeak(next, user.name);
    await this.setPassword(id, next, false, turn);
  }

  async setRole(id: string, role: Role): Promise<UserView> {
    const user = await this.get(id);
    if (role !== 'admin') await this.refuseLastAdmin(user);
    await this.dataSource.query('UPDATE operator SET role = ? WHERE id = ?', [role, id]);
    return viewOf({ ...user, role });
  }

  async remove(id: string): Promise<void> {
    await this.refuseLastAdmin(await this.get(id));
    await this.dataSource.query('DELETE FROM api_token WHERE maker = ?', [id]);
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

  private async setPassword(id: string, password: string, mustChange: boolean, turn: Turn): Promise<void> {
    const hash = await this.derivations.run(turn, () => hashPassword(password, this.cost));
    const sql = 'UPDATE operator SET password = ?, must_change = ? WHERE id = ?';
    await this.dataSource.query(sql, [hash, mustChange ? 1 : 0, id]);
  }

  private async insert(name: string, role: Role, password: string, mustChange: boolean): Promise<string> {
    const id = randomUUID();
    const hash = await this.derivations.run(AMONG_OURSELVES, () => hashPassword(password, this.cost));
    const row = [id, name, role, hash, mustChange ? 1 : 0, this.now()];
    await insertRows(this.dataSource.manager, 'operator', COLUMNS, [row]);
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
