import { describe, expect, it } from '@jest/globals';
import { DATABASE } from '../database.errors.js';
import { ConnectionLock } from './connection-lock.js';

describe('the line for the one connection', () => {
  it('lets runners in as they came, also past one who asks when it is about to become free', async () => {
    const lock = new ConnectionLock();
    const entered: string[] = [];
    const enter = (name: string) => lock.take({}).then(() => entered.push(name));
    await lock.take({});
    const first = enter('first');
    lock.drop();
    const late = enter('late');
    await first;
    expect(entered).toEqual(['first']);
    lock.drop();
    await late;
    expect(entered).toEqual(['first', 'late']);
  });

  it('never makes its holder wait, and is free only after as many drops as takes', async () => {
    const lock = new ConnectionLock();
    const runner = {};
    await lock.take(runner);
    await lock.take(runner);
    let isIn = false;
    const other = lock.take({}).then(() => (isIn = true));
    lock.drop();
    await Promise.resolve();
    expect(isIn).toBe(false);
    lock.drop();
    expect(await other).toBe(true);
  });

  it('sends away who waited too long, and serves those behind', async () => {
    const lock = new ConnectionLock(20);
    await lock.take({});
    await expect(lock.take({})).rejects.toMatchObject({ code: DATABASE.CONNECTION_HELD, kind: 'transient' });
    const next = lock.take({});
    lock.drop();
    await expect(next).resolves.toBeUndefined();
  });
});
