import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FileOutline, ImportView, Overview } from '@perennial/contract';
import { inspect } from '../tools/inspect.js';
import { eventually, System } from '../tools/system.js';

const ROWS = 60_000;
const KILLS = 6;
const system = new System({ PERENNIAL_SETTLE_SECONDS: '600' });

/** Every tenth row cannot be read, every seventh is left out by rule. */
function fileOf(rows: number): string {
  const line = (n: number) =>
    `m${n % 900},${n % 10 === 0 ? 'free' : n % 100},2025-${String((n % 12) + 1).padStart(2, '0')}-01 10:00:00,${n % 7 === 0 ? 'test' : ''}`;
  return `member,total,time,note\n${Array.from({ length: rows }, (_, n) => line(n)).join('\n')}\n`;
}

const mapping = {
  event: 'Order Completed',
  at: { column: 'time' },
  identifiers: [{ column: 'member', kind: 'userId' }],
  properties: [{ column: 'total', as: 'total', type: 'number' }],
  skipWhen: [{ column: 'note', test: 'is', value: 'test', reason: 'test rows' }],
};

describe('an import that is killed again and again', () => {
  beforeAll(() => system.start(), 120_000);
  afterAll(() => system.close(), 60_000);

  it('goes on by itself and applies every row once', async () => {
    const form = new FormData();
    form.append('file', new Blob([fileOf(ROWS)]), 'orders.csv');
    const { fileId } = await system.api<FileOutline>('POST', '/imports/files?source=csv.file', form);
    const { id } = await system.api<ImportView>('POST', '/imports', {
      source: 'csv.file',
      fileId,
      title: 'killed',
      mapping,
    });
    const view = () => system.api<ImportView>('GET', `/imports/${id}`);
    // Each life is killed once it has applied something, while there is more to do.
    let applied = 0;
    let kills = 0;
    for (; kills < KILLS && applied < ROWS; kills++) {
      applied = await eventually(async () => {
        const { read } = await view();
        return read > applied && read;
      }, 60);
      await system.core.end('SIGKILL');
      await system.core.start();
    }
    const run = await eventually(async () => {
      const now = await view();
      return now.status !== 'running' && now;
    }, 120);
    const skipped = Math.ceil(ROWS / 7);
    const failed = Array.from({ length: ROWS }, (_, n) => n).filter((n) => n % 10 === 0 && n % 7 !== 0).length;
    expect(run).toMatchObject({ status: 'done', read: ROWS, skipped, failed, events: ROWS - skipped - failed });
    expect(kills).toBeGreaterThanOrEqual(2);
    await eventually(async () => (await system.api<Overview>('GET', '/overview')).pipeline.pendingRows === 0);
    await system.collector.end('SIGTERM');
    await system.core.end('SIGTERM');
    const remains = await inspect(system.folder);
    expect(remains).toMatchObject({ events: run.events, distinctEvents: run.events });
    expect(remains.snapshots).toEqual(remains.record);
  }, 300_000);
});
