import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Aggregate,
  AudiencePreview,
  AudienceRun,
  DryRunResult,
  FileOutline,
  ImportView,
  LifecyclePreset,
  Measure,
  Rule,
  TagDefinition,
  TagRun,
} from '@perennial/contract';
import { ONLINE_RETAIL } from '@perennial/plugin-csv';
import { openWarehouse } from '@perennial/server';
import { openAsBlob, existsSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from '../tools/inspect.js';
import { recordedWays } from '../tools/moves.js';
import { didInOrder, isRichAbroad, purchasesOf, readCustomers, tagsOf } from '../tools/online-retail.js';
import { DEFAULT_RULES, distribution, monthEnds, retailRules, wayOf, type PlainRules } from '../tools/plain-stages.js';
import { eventually, System } from '../tools/system.js';

const FILE = join(import.meta.dirname, '../../../shared/data/online-retail/online-retail.csv.gz');
const isThere = existsSync(FILE) || Boolean(process.env['PERENNIAL_FORBID_SKIPS']);
const system = new System();
const ORDERS = 100;
const VALUE = 2_000;

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
  await runsDone();
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

async function runsDone(): Promise<void> {
  await eventually(async () => {
    const runs = await system.api<TagRun[]>('GET', '/tag-runs');
    return runs.length > 0 && runs.every(({ status }) => status === 'done');
  }, 120);
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

/** The preset for retail chains beside the default lifecycle, with thresholds of this shop's kind. */
async function takeRetailPreset(): Promise<void> {
  const presets = await system.api<LifecyclePreset[]>(
    'GET',
    `/lifecycles/presets?frequentOrders=${ORDERS}&highValue=${VALUE}`,
  );
  const { definition } = presets.find((preset) => preset.definition.key === 'retail')!;
  await system.api('PUT', '/lifecycles/retail', { definition, expectedVersion: 0, note: '' });
  await runsDone();
}

/** Everybody's whole way through both lifecycles, to the millisecond, and who stood where at every end of a month. */
async function expectWaysAsReckonedApart(): Promise<void> {
  const customers = readCustomers(FILE).map(purchasesOf);
  const warehouse = openWarehouse({ directory: join(system.folder, 'warehouse') });
  try {
    const rules: Record<string, PlainRules> = { default: DEFAULT_RULES, retail: retailRules(ORDERS, VALUE) };
    for (const [lifecycle, plain] of Object.entries(rules)) {
      const ways = customers.map((purchases) => wayOf(purchases, plain, Date.now()));
      const found = [...(await recordedWays(warehouse, lifecycle)).values()];
      for (const end of monthEnds(Date.UTC(2010, 11, 1), Date.UTC(2012, 11, 15)))
        expect([lifecycle, end, distribution(found, end)]).toEqual([lifecycle, end, distribution(ways, end)]);
      const texts = (all: unknown[]) => all.map((way) => JSON.stringify(way)).sort();
      expect(texts(found)).toEqual(texts(ways));
    }
  } finally {
    await warehouse.close();
  }
}

(isThere ? describe : describe.skip)('a year of a real shop, imported', () => {
  beforeAll(() => system.start(), 120_000);
  afterAll(() => system.close(), 60_000);

  it('keeps exactly the published totals, in both stores, and the way through the stages, customer by customer', async () => {
    await takeRetailPreset();
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
    await expectWaysAsReckonedApart();
  }, 600_000);
});
