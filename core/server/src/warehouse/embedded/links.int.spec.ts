import { expect, it } from '@jest/globals';
import { cpSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openTestWarehouse } from '../fixture/engine.fixture.js';
import { ClickHouseWarehouse } from '../warehouse.client.js';
import { EngineSupervisor } from './supervisor.js';

it('opens a copy that followed symbolic links, with all that is in it', async () => {
  const test = await openTestWarehouse();
  await test.warehouse.ready();
  await test.warehouse.insert('aliases', JSON.stringify({ src: 1, dst: 2, revision: 3 }), 'a');
  await test.engine.stop();
  const copy = `${test.directory}-copy`;
  cpSync(test.directory, copy, { recursive: true, dereference: true });
  expect(lstatSync(join(copy, 'metadata/perennial')).isSymbolicLink()).toBe(false);

  const warehouse = new ClickHouseWarehouse(new EngineSupervisor({ directory: copy, script: test.script }));
  await warehouse.ready();
  expect(await warehouse.rows('SELECT src, dst FROM aliases')).toEqual([{ src: 1, dst: 2 }]);
  expect(lstatSync(join(copy, 'metadata/perennial')).isSymbolicLink()).toBe(true);
  await warehouse.close();
  await test.close();
  rmSync(copy, { recursive: true, force: true });
}, 60_000);
