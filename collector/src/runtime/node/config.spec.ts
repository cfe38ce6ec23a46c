import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { ConfigError, readConfig } from './config.js';

describe('the settings', () => {
  it('have defaults that run on one machine; empty ones count as absent', () => {
    expect(readConfig({ PERENNIAL_DATA_DIR: '/d', PERENNIAL_SPOOL_MAX_MB: '', PERENNIAL_COLLECTOR_PORT: '' })).toEqual({
      host: '0.0.0.0',
      port: 3001,
      folder: join('/d', 'collector'),
      coreUrl: 'http://127.0.0.1:3000',
      secret: undefined,
      secretFile: join('/d', 'collector.secret'),
      maxBytes: 2048 * 1024 * 1024,
      keepMs: 3_600_000,
      truncatesIp: true,
      proxies: 0,
      keyPollMs: 2000,
      leaveMs: 0,
    });
  });

  it('follow core to another port', () => {
    expect(readConfig({ PERENNIAL_PORT: '8080' }).coreUrl).toBe('http://127.0.0.1:8080');
    expect(readConfig({ PERENNIAL_CORE_URL: 'https://core.example/' }).coreUrl).toBe('https://core.example');
  });

  it('name all that is wrong at once, and no value', () => {
    const wrong = {
      PERENNIAL_COLLECTOR_PORT: '70000',
      PERENNIAL_CORE_URL: 'core:3000',
      PERENNIAL_COLLECTOR_SECRET: 'short',
      PERENNIAL_SPOOL_MAX_MB: '0',
      PERENNIAL_TRUNCATE_IP: 'perhaps',
      PERENNIAL_TRUSTED_PROXIES: 'all',
    };
    const read = () => readConfig(wrong);
    expect(read).toThrow(ConfigError);
    for (const name of Object.keys(wrong)) expect(read).toThrow(name);
    expect(read).not.toThrow('short');
  });
});
