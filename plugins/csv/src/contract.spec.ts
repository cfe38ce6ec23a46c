import { readOptions } from '@perennial/kit';
import { describeFileSource, describePlugin } from '@perennial/testing';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csv, CsvFile, CsvMapping, CsvOptions } from './index.js';

const path = join(mkdtempSync(join(tmpdir(), 'perennial-csv-contract-')), 'content');
const line = (n: number) => `m${n},${n % 4 === 0 ? 'free' : n},2026-05-${String(n).padStart(2, '0')} 10:00:00`;
writeFileSync(path, `member,total,time\n${Array.from({ length: 20 }, (_, n) => line(n + 1)).join('\n')}\n`);

describePlugin(csv());
describeFileSource('csv.file', {
  source: new CsvFile(new CsvOptions()),
  file: () => ({ path, name: 'orders.csv', bytes: statSync(path).size }),
  mapping: readOptions(
    CsvMapping,
    {
      event: 'Order Completed',
      at: { column: 'time' },
      identifiers: [{ column: 'member', kind: 'userId' }],
      properties: [{ column: 'total', as: 'total', type: 'number' }],
    },
    'mapping',
  ),
});
