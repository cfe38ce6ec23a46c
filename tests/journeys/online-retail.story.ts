import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Aggregate,
  AudiencePreview,
  AudienceRun,
  DryRunResult,
  FileOutline,
  ImportView,
  Measure,
  Rule,
  TagDefinition,
  TagRun,
} from '@perennial/contract';
import { ONLINE_RETAIL } from '@perennial/plugin-csv';
import { openAsBlob, existsSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from '../tools/inspect.js';
import { didInOrder, isRichAbroad, readCustomers, tagsOf } from '../tools/online-retail.js';
import { eventually, System } from '../tools/system.js';

const FILE = join(import.meta.dirname, '../../../shared/data/online-retail/online-retail.csv.gz');
const isThere = existsSync(FILE) || Boolean(process.env['PERENNIAL_FORBID_SKIPS']);
const system = new System();

const bought = (measure: Measure, property?: string): Aggregate => ({
  kind: 'aggregate',
  event: { names: ['Product Purchased'] },
  measure,
  ...(property && { property }),
});
const TAGS: Record<string, [TagDefinition['valueType'], Aggregate]> = {
  shop_spend: ['number', bought('sum', 'total')],
  shop_line: ['number', bought('average', 'total')],
  shop_products: ['number', bought('distinct', 'product_id')],
  shop_favourite: ['text', bought('top', 'product_id')],
  shop_hour: ['number', bought('hour')],
  shop_weekday: ['number', bought('weekday')],
  shop_first: ['date', bought('firstAt')],
};

/** Tags and audiences of the platform against a plain script over the file: every customer, to the last digit. */
async function expectTagsAsComputedApart(): Promise<void> {
  for (const [key, [valueType, computation]] of Object.entries(TAGS)) await publish(key, valueType, computation);
  await eventually(async () => {
    const runs = await system.api<TagRun[]>('GET', '/tag-runs');
    return runs.length > 0 && runs.every(({ status }) => status === 'done');
  }, 120);
  const customers = readCustomers(FILE);
  const anybody: Rule = { tag: 'shop_spend', test: { op: 'exists' } };
  await saveAudience('shoppers', anybody);
  await system.api<AudienceRun>('POST', '/audiences/shoppers/count');
  const columns = Object.keys(TAGS).map((key) => `tag:${key}`);
  const csv = await fetch(`${system.coreUrl}/api/v1/audiences/shoppers/export.csv?columns=${columns.join(',')}`, {
    headers: { authorization: `Bearer ${system.adminToken}` },
  });
  const rows = (await csv.text()).trimEnd().split('\r\n').slice(1);
  expect(rows.map((row) => row.split(',').slice(2).join(',')).sort()).toEqual(customers.map(tagsOf).sort());

  const abroad: Rule = {
    all: [
      { tag: 'shop_spend', test: { op: 'gte', value: 1_000 } },
      { tag: 'shop_products', test: { op: 'gt', value: 20 } },
      {
        not: {
          behaviour: {
            ...bought('count'),
            event: {
              names: ['Product Purchased'],
              where: [{ property: 'country', test: { op: 'is', value: 'United Kingdom' } }],
            },
          },
          test: { op: 'gt', value: 0 },
        },
      },
    ],
  };
  const product = (id: string) => ({
    names: ['Product Purchased'],
    where: [{ property: 'product_id', test: { op: 'is' as const, value: id } }],
  });
  const bagsThenRolls: Rule = { sequence: { steps: [product('85099B'), product('22423')], withinHours: 24 * 60 } };
  const peopleIn = async (rule: Rule) =>
    (await system.api<AudiencePreview>('POST', '/audiences/preview', { rule })).people;
  expect(await peopleIn(abroad)).toBe(customers.filter(isRichAbroad).length);
  expect(await peopleIn(bagsThenRolls)).toBe(customers.filter((lines) => didInOrder(lines, '85099B', '22423')).length);
}

async function publish(key: string, valueType: TagDefinition['valueType'], computation: Aggregate): Promise<void> {
  const text = { zh: '独立核对', en: 'checked apart' };
  const definition = { key, title: text, category: 'behaviour', valueType, computation, scenario: text };
  const whole = { ...definition, owner: 'story', onUnmatched: 'empty', version: 1 };
  await system.api('PUT', `/tags/${key}`, { definition: whole, expectedVersion: 0, note: '' });
}

async function saveAudience(key: string, rule: Rule): Promise<void> {
  const text = { zh: '独立核对', en: 'checked apart' };
  const definition = { key, title: text, scenario: text, kind: 'dynamic', everyMinutes: 60, rule };
  await system.api('PUT', `/audiences/${key}`, { definition, expectedVersion: 0 });
}

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

    await expectTagsAsComputedApart();

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
