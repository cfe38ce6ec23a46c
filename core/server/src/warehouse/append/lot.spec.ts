import { describe, expect, it } from '@jest/globals';
import { joinBatches, LOT_BYTES, LOT_ROWS, lotLength } from './lot.js';
import { toPendingBatch } from './pending.batch.js';

const batch = (id: number, rows: number, bytes = 10) => ({ id, rows, bytes, is_barrier: null });

describe('a lot', () => {
  it('takes the oldest batches up to its rows', () => {
    expect(lotLength([batch(1, LOT_ROWS - 1), batch(2, 1), batch(3, 1)])).toBe(2);
  });
  it('takes the oldest batches up to its bytes', () => {
    expect(lotLength([batch(1, 1, LOT_BYTES), batch(2, 1, 1)])).toBe(1);
  });
  it('takes at least one batch, however large', () => {
    expect(lotLength([batch(1, LOT_ROWS * 2), batch(2, 1)])).toBe(1);
  });
  it('takes all when they fit', () => {
    expect(lotLength([batch(1, 1), batch(2, 1)])).toBe(2);
  });
  it('joins the rows of its batches table by table, in order', async () => {
    const alias = (src: number) => ({ src, dst: 9, revision: 1 });
    const first = toPendingBatch({ aliases: [alias(1)], transitions: [] })!;
    const second = toPendingBatch({ aliases: [alias(2), alias(3)] })!;
    expect(await joinBatches([first.payload, second.payload])).toEqual({
      aliases: [1, 2, 3].map((src) => `${JSON.stringify(alias(src))}\n`).join(''),
    });
  });
});

describe('a pending batch', () => {
  it('counts its rows and the bytes of its payload', () => {
    const made = toPendingBatch({ aliases: [{ src: 1, dst: 2, revision: 3 }] })!;
    expect(made).toMatchObject({ rows: 1, bytes: Buffer.byteLength(made.payload) });
  });
  it('is not made of nothing', () => {
    expect(toPendingBatch({ events: [] })).toBeUndefined();
  });
});
