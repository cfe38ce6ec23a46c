import { describe, expect, it } from '@jest/globals';
import { compare, type RecordFacts, type WarehouseFacts } from './compare.js';

const record = (more: Partial<RecordFacts> = {}): RecordFacts => ({ id: 'a', nextSeq: 101, nextProfile: 11, ...more });
const warehouse = (more: Partial<WarehouseFacts> = {}): WarehouseFacts => ({
  id: 'a',
  lastSeq: 100,
  lastProfile: 10,
  ...more,
});
const EMPTY_RECORD = { nextSeq: 1, nextProfile: 1 };
const EMPTY = { lastSeq: 0, lastProfile: 0 };

describe('a record and a warehouse', () => {
  it('belong together when the ids are the same and history is not ahead', () => {
    expect(compare(record(), warehouse())).toEqual({ kind: 'same' });
    expect(compare(record({ nextSeq: 500 }), warehouse())).toEqual({ kind: 'same' });
    expect(compare(record({ nextSeq: 7 }), warehouse(EMPTY))).toEqual({ kind: 'same' });
  });

  it('are paired when both are new, or both are of before pairing and agree', () => {
    expect(compare(record(EMPTY_RECORD), warehouse({ id: undefined, ...EMPTY }))).toEqual({ kind: 'new' });
    expect(compare(record(EMPTY_RECORD), warehouse({ id: 'b', ...EMPTY }))).toEqual({ kind: 'new' });
    expect(compare(record(), warehouse({ id: undefined }))).toEqual({ kind: 'new' });
  });

  it('are refused when history is of another record, or cannot be told from one', () => {
    expect(compare(record(), warehouse({ id: 'b' }))).toEqual({ kind: 'foreign', warehouseId: 'b' });
    expect(compare(record(), warehouse({ id: undefined, lastSeq: 101 }))).toMatchObject({ kind: 'foreign' });
    expect(compare(record(), warehouse({ id: undefined, lastProfile: 11 }))).toMatchObject({ kind: 'foreign' });
  });

  it.each([undefined, 'b'])('are refused when the record was lost and began anew (%s)', (id) => {
    expect(compare(record(EMPTY_RECORD), warehouse({ id }))).toEqual({ kind: 'record-lost', lastProfile: 10 });
  });

  it('show an older record by numbers that were given out already', () => {
    const verdict = compare(record({ nextSeq: 61, nextProfile: 9 }), warehouse());
    expect(verdict).toEqual({ kind: 'record-older', from: 61, to: 100, lastProfile: 10 });
    expect(compare(record(EMPTY_RECORD), warehouse())).toMatchObject({ kind: 'record-older', from: 1 });
  });

  it('show a warehouse that was lost', () => {
    expect(compare(record(), warehouse({ id: undefined, ...EMPTY }))).toEqual({ kind: 'warehouse-lost', to: 100 });
    expect(compare(record(), warehouse({ id: 'b', ...EMPTY }))).toEqual({ kind: 'warehouse-lost', to: 100 });
  });
});
