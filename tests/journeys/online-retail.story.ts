import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DryRunResult, FileOutline, ImportView } from '@perennial/contract';
import { ONLINE_RETAIL } from '@perennial/plugin-csv';
import { openAsBlob, existsSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from '../tools/inspect.js';
import { eventually, System } from '../tools/system.js';

const FILE = join(import.meta.dirname, '../../../shared/data/online-retail/online-retail.csv.gz');
const isThere = existsSync(FILE) || Boolean(process.env['PERENNIAL_FORBID_SKIPS']);
const system = new System();

(isThere ? describe : describe.skip)('a year of a real shop, imported', () => {
  beforeAll(() => system.start(), 120_000);
  afterAll(() => system.close(), 60_000);

  it('keeps exactly the published totals, in both stores, customer by customer', async () => {
    const form = new FormData();
    form.append('file', await openAsBlob(FILE), 'online-retail.csv.gz');
    const outline = await system.api<FileOutline>('POST', '/imports/files?source=csv.file', form);
    expect(outline).toMatchObject({ name: 'online-retail.csv.gz', format: { encoding: 'utf-8', delimiter: ',' } });
    const request = { source: 'csv.file', fileId: outline.fileId, mapping: ONLINE_RETAIL };
    expect(await system.api<DryRunResult>('POST', '/imports/dry-run', request)).toMatchObject({
      read: 1000,
      failed: 0,
    });

    const began = performance.now();
    const { id } = await system.api<ImportView>('POST', '/imports', { ...request, title: 'Online Retail' });
    const run = await eventually(async () => {
      const view = await system.api<ImportView>('GET', `/imports/${id}`);
      return ['done', 'failed'].includes(view.status) && view;
    }, 400);
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(
      `online retail: ${run.read} lines imported in ${seconds.toFixed(1)} s (${Math.round(run.events / seconds)} events/s)\n`,
    );
    expect(run).toMatchObject({ status: 'done', read: 541_909, events: 397_884, failed: 0 });
    expect(run.skipped).toBe(541_909 - 397_884);

    // The people of 2011 are all long lost once the history has settled.
    await system.collector.end('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    await system.core.end('SIGTERM');
    const remains = await inspect(system.folder);
    expect(remains).toMatchObject({ events: 397_884, distinctEvents: 397_884, pending: 0 });
    expect(remains.record).toHaveLength(4_338);
    expect(remains.snapshots).toEqual(remains.record);
    const total = remains.record.reduce(
      (sum, person) => sum + Math.round(Number(/\["spend_total","([\d.]+)"\]/.exec(person)![1]) * 10_000),
      0,
    );
    expect(Math.round(total / 100) / 100).toBe(8_911_407.9);
    expect(remains.record.every((person) => person.includes('churn/lost'))).toBe(true);
  }, 600_000);
});
