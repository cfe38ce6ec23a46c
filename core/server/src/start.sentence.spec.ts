import { expect, it } from '@jest/globals';
import { PlatformError } from '@perennial/contract';
import { sentenceOf } from './start.sentence.js';

const failing = (facts: object, message = 'x') => Object.assign(new Error(message), facts);

it.each([
  [failing({ code: 'EADDRINUSE', port: 3000 }), 'Port 3000 is taken'],
  [failing({ code: 'ENOSPC' }), 'The disk is full'],
  [failing({ driverError: { errcode: 13 } }, 'database or disk is full'), 'The disk is full'],
  [new PlatformError('WAREHOUSE_FAILED', 'ClickHouse answered 243 NOT_ENOUGH_SPACE'), 'The disk is full'],
  [failing({ code: 'EEXIST', path: '/a' }), '/a is no folder'],
  [failing({ driverError: { code: 'ECONNREFUSED' } }), 'The database of PERENNIAL_DATABASE_URL does not answer'],
  [failing({ code: 'ENOENT', path: '/proc/x' }), '/proc/x is not there and cannot be made'],
  [failing({ code: 'EROFS', path: '/a' }), 'may only be read'],
  [failing({ code: 'ERR_SQLITE_ERROR', errcode: 5 }), 'is locked by another program'],
  [failing({ code: 'ERR_SQLITE_ERROR', errcode: 517 }), 'is locked by another program'],
  [failing({ code: 'ERR_SQLITE_ERROR', errcode: 8 }), 'may only be read'],
  [failing({ driverError: { errcode: 11 } }), 'is damaged'],
  [failing({ code: 'ERR_SQLITE_ERROR', errcode: 14 }), 'cannot be opened'],
  [failing({ code: 'ERR_SQLITE_ERROR', errcode: 26 }), 'is not a database'],
  [failing({ code: 'ER_BAD_DB_ERROR' }), 'There is no such database'],
  [
    new PlatformError('CONFIG_INVALID', 'port must be a number', { kind: 'invalid' }),
    'CONFIG_INVALID: port must be a number',
  ],
])('says in one sentence why core cannot start', (error, sentence) => {
  expect(sentenceOf(error)).toContain(sentence);
  expect(sentenceOf(error)).not.toContain('\n');
});

it('shows the stack of what nobody foresaw', () => {
  expect(sentenceOf(new TypeError('odd'))).toContain('start.sentence.spec');
});
