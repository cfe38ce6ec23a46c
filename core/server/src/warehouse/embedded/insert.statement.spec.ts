import { describe, expect, it } from '@jest/globals';
import { readInsert } from './insert.statement.js';

describe('an INSERT whose data may be passed as bytes', () => {
  it('names table, columns and format', () => {
    expect(readInsert('INSERT INTO perennial.events (a, b)\nFORMAT JSONEachRow')).toEqual({
      table: 'perennial.events',
      columns: ['a', 'b'],
      format: 'JSONEachRow',
    });
    expect(readInsert('insert into t format CSV')).toMatchObject({ table: 't', columns: undefined });
  });
  it.each([
    'INSERT INTO t SELECT 1',
    'INSERT INTO t SETTINGS a=1 FORMAT JSONEachRow',
    'INSERT INTO `t` FORMAT JSONEachRow',
    'INSERT INTO t FORMAT JSONEachRow {"a":1}',
    'SELECT 1 FORMAT JSONEachRow',
  ])('is not %p', (query) => {
    expect(readInsert(query)).toBeUndefined();
  });
});
