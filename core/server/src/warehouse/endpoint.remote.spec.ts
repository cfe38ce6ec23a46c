import { describe, expect, it } from '@jest/globals';
import { readEndpoint } from './endpoint.remote.js';

describe('the ClickHouse URL', () => {
  it('gives user, password and database', () => {
    expect(readEndpoint('https://me:p%40ss@host:8443/history')).toEqual({
      url: 'https://host:8443',
      username: 'me',
      password: 'p@ss',
      database: 'history',
      life: 0,
    });
  });
  it('has defaults', () => {
    expect(readEndpoint('http://host:8123')).toMatchObject({
      username: 'default',
      password: '',
      database: 'perennial',
    });
  });
  it.each(['host:8123', 'clickhouse://host', 'http://host/a-b', ''])('refuses %p without quoting it', (url) => {
    expect(() => readEndpoint(url)).toThrow(
      expect.objectContaining({ code: 'WAREHOUSE_URL_INVALID', kind: 'invalid' }),
    );
  });
});
