import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ImportView, JsonObject } from '@perennial/contract';
import { csv } from '../../../../plugins/csv/src/index.js';
import { describeStores } from '@perennial/testing';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';

const SOURCE = 'csv.file';
const MAPPING: JsonObject = {
  event: 'Order Completed',
  at: { column: '时间' },
  identifiers: [{ column: '手机号', kind: 'phone' }],
  properties: [
    { column: '金额', as: 'total', type: 'number' },
    { column: '备注', as: 'note' },
  ],
  skipWhen: [{ column: '备注', test: 'is', value: '测试', reason: 'test rows' }],
};
/** Line 3 begins a row of two lines; 5 cannot be read; 6 names nobody; 7 lies in the future; 8 is too large. */
const ROWS = [
  '手机号,金额,时间,备注',
  '13912345671,1,2026-01-01 10:00:00,',
  '13912345672,2,2026-01-01 10:00:00,"两\n行"',
  '+8613912345673,"=1+1",2026-01-01 10:00:00,"说 ""好"""',
  'unknown,3,2026-01-01 10:00:00,无',
  '13912345674,4,2199-01-01 10:00:00,',
  `13912345675,5,2026-01-01 10:00:00,${'长'.repeat(11_000)}`,
  '13912345676,6,2026-01-01 10:00:00,测试',
];
const FAILED = [
  [5, 'CSV_NUMBER_UNREADABLE'],
  [6, 'IDENTITY_NOBODY'],
  [7, 'ENVELOPE_TIME_FUTURE'],
  [8, 'ENVELOPE_TOO_LARGE'],
];

describeStores('imports', (open) =>
  describe('on a whole platform', () => {
    let test: TestPlatform;
    beforeEach(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url, [csv()]);
    }, 60_000);
    afterEach(() => test.close());

    const handIn = async (content: string) => {
      const path = join(await mkdtemp(join(tmpdir(), 'perennial-import-')), 'upload');
      await writeFile(path, content);
      return test.platform.imports.takeFile(SOURCE, path, 'orders.csv');
    };
    const ran = async (fileId: string): Promise<ImportView> => {
      const { id } = await test.platform.imports.start(SOURCE, fileId, 'orders', MAPPING);
      for (;;) {
        const view = await test.platform.imports.view(id);
        if (view.status !== 'running') return view;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const problemFile = async (id: string) => {
      let text = '';
      for await (const piece of test.platform.imports.problemFile(id)) text += piece;
      return text;
    };

    it('a row that ingest would refuse is a failure with its line, in the dry run and in the run', async () => {
      const { fileId } = await handIn(`${ROWS.join('\n')}\n`);
      const tried = await test.platform.imports.dryRun(SOURCE, fileId, MAPPING);
      const counts = { read: 7, events: 2, skipped: 1, failed: 4 };
      expect(tried).toMatchObject(counts);
      expect(tried.problems.map(({ line, code }) => [line, code])).toEqual(FAILED);
      for (const { reason } of tried.problems)
        expect([
          /\p{Script=Han}/u.test(reason.zh),
          /^[\x20-\x7e]+$/.test(reason.en) || reason.en.includes('金额'),
        ]).toEqual([true, true]);
      expect(await ran(fileId)).toMatchObject({ ...counts, setAside: 0, status: 'done' });
      expect(await test.platform.quarantine.count()).toBe(0);
    });

    it('gives the failed rows as they were, to be mended and loaded as they are', async () => {
      const { fileId } = await handIn(`${ROWS.join('\r\n')}\r\n`);
      const { id } = await ran(fileId);
      const file = await problemFile(id);
      expect(file).not.toContain('13912345671');
      expect(file.split('\r\n')[0]).toBe(
        'perennial_line,perennial_code,perennial_reason_zh,perennial_reason_en,手机号,金额,时间,备注',
      );
      expect(file.split('\r\n')[1]).toBe(
        `5,CSV_NUMBER_UNREADABLE,“金额”列不是数字,column 金额 is no number,'+8613912345673,'=1+1,2026-01-01 10:00:00,"说 ""好"""`,
      );
      const again = await ran((await handIn(`\ufeff${file}`)).fileId);
      expect(again).toMatchObject({ read: 4, events: 0, failed: 4 });
      // The same rows once more, and the reasons once.
      expect((await problemFile(again.id)).replaceAll(/^\d+/gm, '')).toBe(file.replaceAll(/^\d+/gm, ''));
      const mended = file
        .replace("'=1+1", '2')
        .replace('unknown,3', '13912345677,3')
        .replace('2199', '2025')
        .replace(/长+/, '短');
      expect(await ran((await handIn(mended)).fileId)).toMatchObject({ read: 4, events: 4, failed: 0 });
    });

    it('counts what could not be applied for another reason as failed', async () => {
      const { fileId } = await handIn(`${ROWS.slice(0, 2).join('\n')}\n`);
      const run = await ran(fileId);
      const { sourceId } = await test.platform.imports.get(run.id);
      await test.platform.ingest.accept({
        events: [],
        refused: [
          {
            sourceId,
            receivedAt: 1,
            endpoint: 'track',
            code: 'INGEST_EVENT_POISONOUS',
            message: 'x',
            body: '{}',
            place: 'p',
          },
        ],
      });
      expect(await test.platform.imports.list()).toMatchObject([{ read: 1, events: 0, failed: 1, setAside: 1 }]);
    });
  }),
);
