import { PlatformError, ROLES, type Role } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { ACCESS, Audit, Devices, Sessions, Users } from './access/index.js';
import { oneTimePassword } from './access/rules/password.js';
import { makePrivately, readConfig } from './config/index.js';
import { CORE_MIGRATIONS, CORE_TABLES, openDatabase } from './database/index.js';
import { readPlatformFile } from './platform.file.js';

export interface UserCommand {
  act: 'list' | 'add' | 'reset';
  name: string | undefined;
  role: string | undefined;
  env: Record<string, string | undefined>;
  say: (line: string) => void;
}

/** For the audit; nobody can have it as a name. */
const BY = 'command line';

/** `perennial user …`: on the record itself, so that it works when nobody can sign in. */
export async function runUserCommand(command: UserCommand): Promise<void> {
  makePrivately();
  const { settings } = await readPlatformFile(command.env);
  const config = readConfig({ env: command.env, ...(settings && { file: settings }) });
  const dataSource = await openDatabase({
    url: config.databaseUrl,
    tables: CORE_TABLES,
    migrations: CORE_MIGRATIONS,
  });
  try {
    await actOn(dataSource, command);
  } finally {
    await dataSource.destroy();
  }
}

/** The command on a record that is open. */
export async function actOn(
  dataSource: DataSource,
  { act, name, role = 'admin', say }: Omit<UserCommand, 'env'>,
  cost?: number,
): Promise<void> {
  const users = new Users(dataSource, Date.now, cost);
  const audit = new Audit(dataSource, Date.now);
  if (act === 'list') {
    for (const user of await users.list()) say(`${user.name}\t${user.role}`);
    return;
  }
  if (!name) throw new PlatformError(ACCESS.USER_ABSENT, `say who: perennial user ${act} <name>`, { kind: 'invalid' });
  const password = act === 'add' ? await add(users, audit, name, role) : await reset(dataSource, users, audit, name);
  say(`one-time password of ${name}: ${password}`);
}

async function add(users: Users, audit: Audit, name: string, role: string): Promise<string> {
  if (!(ROLES as readonly string[]).includes(role))
    throw new PlatformError('REQUEST_INVALID', `a role is one of ${ROLES.join(', ')}`, { kind: 'invalid' });
  const password = oneTimePassword();
  await audit.record(BY, 'user.create', `${name} as ${role}`);
  await users.create(name, role as Role, password);
  return password;
}

async function reset(dataSource: DataSource, users: Users, audit: Audit, name: string): Promise<string> {
  const id = await users.idOf(name);
  if (!id) throw new PlatformError(ACCESS.USER_ABSENT, `there is no user ${name}`, { kind: 'absent' });
  await audit.record(BY, 'password.reset', id);
  const password = await users.resetPassword(id);
  await new Sessions(dataSource, Date.now).closeAll(id);
  await new Devices(dataSource, Date.now).forgetAll(id);
  return password;
}
