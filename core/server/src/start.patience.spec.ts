import { expect, it } from '@jest/globals';
import { PlatformError } from '@perennial/contract';
import { isPassing, patiently } from './start.patience.js';

const driver = (facts: object) => Object.assign(new Error('driver'), { driverError: facts });
const clickhouse = (code: number) =>
  new PlatformError('WAREHOUSE_QUERY_FAILED', 'x', { kind: 'transient', details: { code } });

it.each([
  ['a port that nobody listens at', driver({ code: 'ECONNREFUSED', fatal: true }), true],
  ['a name that is not known yet', driver({ code: 'ENOTFOUND' }), true],
  ['a server that shuts down', driver({ errno: 1053, fatal: true }), true],
  ['a file that is locked', driver({ errcode: 5 }), false],
  ['an engine that is away', new PlatformError('WAREHOUSE_ENGINE_UNAVAILABLE', 'x', { kind: 'transient' }), true],
  ['a wrong password', driver({ code: 'ER_ACCESS_DENIED_ERROR', errno: 1045, fatal: true }), false],
  ['a database that is not there', driver({ errno: 1049, fatal: true }), false],
  ['a full disk', driver({ errcode: 13 }), false],
  ['a file that cannot be opened', driver({ errcode: 14 }), false],
  ['a wrong password of ClickHouse', clickhouse(516), false],
  ['memory of ClickHouse', clickhouse(241), true],
  ['a setting', new PlatformError('CONFIG_INVALID', 'x', { kind: 'invalid' }), false],
  ['what nobody foresaw', new TypeError('x'), false],
])('of %s it knows whether waiting can help', (_, error, passes) => expect(isPassing(error)).toBe(passes));

it('waits until it succeeds, and tells each reason once', async () => {
  const said: string[] = [];
  const away = [driver({ code: 'ECONNREFUSED' }), driver({ code: 'ECONNREFUSED' })];
  const work = () => (away.length > 0 ? Promise.reject(away.shift()!) : Promise.resolve('open'));
  expect(await patiently(work, { sentence: 'x', tell: (sentence) => void said.push(sentence) })).toBe('open');
  expect(said).toEqual([expect.stringContaining('PERENNIAL_DATABASE_URL does not answer')]);
});

it('throws what waiting does not mend, at once', async () => {
  const wrong = driver({ errno: 1045 });
  const tell = () => {
    throw new Error('nothing to wait for');
  };
  await expect(patiently(() => Promise.reject(wrong), { sentence: 'x', tell })).rejects.toBe(wrong);
});
