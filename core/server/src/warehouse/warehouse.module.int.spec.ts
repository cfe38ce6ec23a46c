import { describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describeStores } from '@perennial/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { LEASE_TABLES, LeaseCreate } from '../database/lease.js';
import { insertRows } from '../database/sql.js';
import { Appender } from './append/appender.js';
import { toPendingBatch } from './append/pending.batch.js';
import { WAREHOUSE_RECORD_MIGRATIONS, WAREHOUSE_RECORD_TABLES } from './append/pending.table.js';
import { buildChild } from './fixture/engine.fixture.js';
import { WarehouseModule } from './warehouse.module.js';
import { Warehouse } from './warehouse.js';

const RECORD = {
  tables: [...LEASE_TABLES, ...WAREHOUSE_RECORD_TABLES],
  migrations: [LeaseCreate, ...WAREHOUSE_RECORD_MIGRATIONS],
};

const recordModule = (dataSource: DataSource) => {
  @Global()
  @Module({ providers: [{ provide: DataSource, useValue: dataSource }], exports: [DataSource] })
  class RecordModule {}
  return RecordModule;
};

describe('the tables of the warehouse in the record', () => {
  describeStores('as migrated', (open) => {
    it('do not drift from their entities', async () => {
      const { dataSource } = await open(RECORD);
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    });
  });
});

describeStores('the warehouse module', (open) => {
  it('starts the engine, migrates, appends, and ends with the application', async () => {
    const { dataSource } = await open(RECORD);
    const home = await mkdtemp(join(tmpdir(), 'perennial-module-'));
    const options = { directory: join(home, 'warehouse'), script: await buildChild() };
    const built = Test.createTestingModule({ imports: [recordModule(dataSource), WarehouseModule.forRoot(options)] });
    const app = await built.compile();
    await app.init();
    const { payload, rows, bytes } = toPendingBatch({ aliases: [{ src: 1, dst: 2, revision: 1 }] })!;
    await insertRows(dataSource.manager, 'warehouse_pending', ['payload', 'rows', 'bytes'], [[payload, rows, bytes]]);
    await app.get(Appender).drained();
    expect(await app.get(Warehouse).rows('SELECT src, dst FROM aliases')).toEqual([{ src: 1, dst: 2 }]);
    await app.close();
    await expect(app.get(Warehouse).rows('SELECT 1')).rejects.toMatchObject({ code: 'WAREHOUSE_ENGINE_UNAVAILABLE' });
    await rm(home, { recursive: true });
  }, 30_000);
});
