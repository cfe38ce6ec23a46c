import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeConfig, readConfig } from './config.js';
import { FOREIGN_NAMES, SETTING_NAMES } from './settings.js';

const problemsOf = (env: Record<string, string>): string => {
  try {
    readConfig({ env });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('configuration', () => {
  it('has a default for everything, with places under the data folder', () => {
    const config = readConfig({ env: {} });
    expect(config).toMatchObject({ port: 3000, collectorPort: 3001, demo: true, timeZone: 'Asia/Shanghai' });
    expect(config.databaseUrl).toMatch(/^sqlite:\/.*\/data\/record\.db$/);
  });

  it('lets the environment win over the file, and reads numbers and on/off', () => {
    const config = readConfig({
      env: { PERENNIAL_PORT: '4000', PERENNIAL_DEMO: 'off' },
      file: { PORT: 5000, LOG_LEVEL: 'warn' },
    });
    expect(config).toMatchObject({ port: 4000, demo: false, logLevel: 'warn' });
  });

  it('names everything that is wrong in one message, without any value', () => {
    const message = problemsOf({
      PERENNIAL_PORT: 'eighty',
      PERENNIAL_TIME_ZONE: 'Mars/Olympus',
      PERENNIAL_ADMIN_PASSWORD: 'hunter2',
      PERENNIAL_DEMO: 'maybe',
    });
    for (const name of ['PERENNIAL_PORT', 'PERENNIAL_TIME_ZONE', 'PERENNIAL_ADMIN_PASSWORD', 'PERENNIAL_DEMO'])
      expect(message).toContain(name);
    expect(message).not.toMatch(/hunter2|eighty|Olympus|maybe/);
  });

  it('refuses a name it does not know and proposes the nearest', () => {
    expect(problemsOf({ PERENNIAL_DATABASE_URI: 'sqlite:x' })).toBe(
      'PERENNIAL_DATABASE_URI is no setting; did you mean PERENNIAL_DATABASE_URL?',
    );
  });

  it('masks secrets and passwords in URLs when it is shown', () => {
    const config = readConfig({
      env: { PERENNIAL_ADMIN_PASSWORD: 'longenough1', PERENNIAL_DATABASE_URL: 'mysql://shop:s3cret@db:3306/p' },
    });
    expect(JSON.stringify(describeConfig(config))).not.toMatch(/longenough1|s3cret/);
    expect(describeConfig(config)['databaseUrl']).toBe('mysql://shop:***@db:3306/p');
  });

  it('asks for all that NATS needs, and prints no password', () => {
    const message = problemsOf({
      PERENNIAL_LOG: 'nats',
      PERENNIAL_NATS_USER: 'core',
      PERENNIAL_NATS_CA: '/nowhere/ca.pem',
      PERENNIAL_NATS_REPLICAS: '9',
    });
    for (const name of ['NATS_URL', 'NATS_PASSWORD', 'NATS_CA', 'NATS_REPLICAS']) expect(message).toContain(name);
    expect(problemsOf({ PERENNIAL_LOG: 'nats', PERENNIAL_NATS_URL: 'nats://a:4222, tls://b:4222' })).toBe('');
    expect(problemsOf({ PERENNIAL_LOG: 'nats', PERENNIAL_NATS_URL: 'http://a:4222' })).toContain('nats://');
    const login = { PERENNIAL_NATS_USER: 'core', PERENNIAL_NATS_PASSWORD: 's3cret' };
    expect(JSON.stringify(describeConfig(readConfig({ env: login })))).not.toContain('s3cret');
    expect(problemsOf({ PERENNIAL_NATS_URL: 'nats://u:s3cret@h:4222' })).toMatch(/no password$/);
  });

  it('is described whole in .env.example', () => {
    const example = readFileSync(join(import.meta.dirname, '../../../../.env.example'), 'utf8');
    const named = [...example.matchAll(/^#? ?PERENNIAL_([A-Z_]+)=/gm)].map((match) => match[1]);
    const known = [...Object.values(SETTING_NAMES), ...FOREIGN_NAMES.filter((name) => name !== 'FORBID_SKIPS')];
    expect(new Set(named)).toEqual(new Set(known));
  });
});
