import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Envelope } from '@perennial/contract';
import { Platform, readConfig, toEvent } from '@perennial/server';
import { describeStores } from '@perennial/testing';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCdnow } from '../tools/cdnow.js';
import { recordedWays } from '../tools/moves.js';
import {
  DEFAULT_RULES,
  distribution,
  monthEnds,
  retailRules,
  wayOf,
  type PlainRules,
  type Purchase,
  type Step,
} from '../tools/plain-stages.js';

/** The published tenth of the customers; all of them where there is time. */
const IS_LONG = Boolean(process.env['PERENNIAL_TEST_LONG']);
const FILE = join(import.meta.dirname, `../../../shared/data/cdnow/CDNOW_${IS_LONG ? 'master' : 'sample'}.txt`);
const isThere = existsSync(FILE) || Boolean(process.env['PERENNIAL_FORBID_SKIPS']);
if (!isThere) process.stderr.write('skipped: customers of CDNOW; the file is not there\n');
const DAY = 86_400_000;
/** The file ends with June 1998; a year and two months later the last purchase has left every window. */
const UNTIL = Date.UTC(1999, 8, 1);

/** A small repeatable source of chance. */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** On MariaDB, where the same takes longer, every third customer, unless there is time. */
function customersFor({ dataSource }: Platform): Map<string, Purchase[]> {
  const all = [...readCdnow(FILE)];
  const every = IS_LONG || dataSource.options.type === 'better-sqlite3' ? 1 : 3;
  return new Map(all.filter((_, n) => n % every === 0));
}

function eventsByDay(customers: Map<string, Purchase[]>): Map<number, Envelope[]> {
  const days = new Map<number, Envelope[]>();
  for (const [customer, purchases] of customers)
    for (const [n, { at, money }] of purchases.entries()) {
      const envelope: Envelope = {
        type: 'track',
        event: 'Order Completed',
        userId: `customer-${customer}`,
        messageId: `${customer}:${n}`,
        timestamp: new Date(at).toISOString(),
        properties: { total: money / 10_000 },
      };
      const known = days.get(at);
      if (known) known.push(envelope);
      else days.set(at, [envelope]);
    }
  return days;
}

(isThere ? describe : describe.skip)('the customers of a real shop, as their months went by', () => {
  describeStores('CDNOW', (open) => {
    const folder = mkdtempSync(join(tmpdir(), 'perennial-cdnow-'));
    const clock = { now: Date.UTC(1996, 11, 31) };
    const errors: unknown[] = [];
    let platform: Platform;

    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      const env = { PERENNIAL_DATA_DIR: folder, PERENNIAL_DATABASE_URL: url, PERENNIAL_SETTLE_SECONDS: '0' };
      platform = await Platform.open({
        config: readConfig({ env }),
        plugins: [],
        now: () => clock.now,
        onError: (_, error) => void errors.push(error),
      });
      await platform.warehouse.ready();
      platform.appender.start();
      const { details, publishing } = platform.staging;
      const presets = details.presets({ highValue: 300, frequentOrders: 5 });
      const { definition } = presets.find(({ definition: { key } }) => key === 'retail')!;
      await publishing.publish(definition, 0, { by: 'story', note: '', isTold: false, letGo: [] });
      await platform.tagging.runs.idle();
    }, 120_000);
    afterAll(async () => {
      await platform.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('stand where a plain reckoning puts them, customer by customer, at every end of a month', async () => {
      const customers = customersFor(platform);
      const began = performance.now();
      await live(customers);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      process.stdout.write(`CDNOW: ${customers.size} customers, 32 months in ${seconds} s\n`);
      await platform.appender.drained();
      expect(errors).toEqual([]);
      const names = await customersByProfile();
      expect(names.size).toBe(customers.size);
      await expectSame('default', DEFAULT_RULES, customers, names);
      await expectSame('retail', retailRules(5, 300), customers, names);
    }, 900_000);

    /** Purchases arrive on their days; timers run now and then, so that some moves are made by them and some by the next purchase. */
    async function live(customers: Map<string, Purchase[]>): Promise<void> {
      const pick = chance(1997);
      const days = eventsByDay(customers);
      for (clock.now = Date.UTC(1997, 0, 1, 4); clock.now < UNTIL; clock.now += DAY) {
        const events = (days.get(clock.now) ?? []).map((envelope) =>
          toEvent(envelope, { sourceId: 'till', receivedAt: clock.now }, ''),
        );
        if (events.length > 0) await platform.ingest.accept({ events, refused: [] });
        if (pick(8) === 0) await platform.timers.runDue();
      }
      await platform.timers.runDue();
    }

    async function customersByProfile(): Promise<Map<number, string>> {
      const rows = await platform.warehouse.rows<{ profile: number; customer: string }>(
        "SELECT profile, any(splitByChar(':', event_id)[1]) AS customer FROM person_events GROUP BY profile",
      );
      return new Map(rows.map(({ profile, customer }) => [profile, customer]));
    }

    async function expectSame(
      lifecycle: string,
      rules: PlainRules,
      customers: Map<string, Purchase[]>,
      names: Map<number, string>,
    ): Promise<void> {
      const expected = new Map(
        [...customers].map(([customer, purchases]) => [customer, wayOf(purchases, rules, clock.now)]),
      );
      const found = await recordedWays(platform.warehouse, lifecycle);
      expect(found.size).toBe(customers.size);
      const different = [...found].filter(
        ([profile, steps]) => JSON.stringify(steps) !== JSON.stringify(expected.get(names.get(profile)!)),
      );
      expect(
        different.map(([profile, steps]) => ({ profile, steps, plain: expected.get(names.get(profile)!) })),
      ).toEqual([]);
      await expectBoards(lifecycle, [...expected.values()]);
    }

    /** The same by the platform's own question of where people stood at the end of a day. */
    async function expectBoards(lifecycle: string, ways: Step[][]): Promise<void> {
      const ends = monthEnds(Date.UTC(1997, 0, 1), Date.UTC(1999, 6, 15));
      expect(ends).toHaveLength(31);
      const seen = new Set<string>();
      for (const end of ends) {
        const day = new Date(end - 1 + DAY / 3).toISOString().slice(0, 10);
        const { cells } = await platform.analysis.matrix(lifecycle, day, day);
        const stood = Object.fromEntries(cells.map(({ to, people }) => [to, people]));
        expect([day, stood]).toEqual([day, distribution(ways, end)]);
        for (const stage of Object.keys(stood)) seen.add(stage);
      }
      expect([...seen].sort()).toEqual(['active', 'churn', 'loyal', 'new']);
    }
  });
});
