export interface RecordFacts {
  id: string;
  /** The numbers that are given out next; both begin at 1. */
  nextSeq: number;
  nextProfile: number;
}

export interface WarehouseFacts {
  /** The record whose history this is; undefined where nobody has written it yet. */
  id: string | undefined;
  /** The highest numbers of any row; 0 where there is none. */
  lastSeq: number;
  lastProfile: number;
}

export type Verdict =
  /** They belong together and neither is behind. */
  | { kind: 'same' }
  /** Nobody has paired them yet, and nothing speaks against it. */
  | { kind: 'new' }
  /** History of another record, or of one that cannot be told from this. */
  | { kind: 'foreign'; warehouseId: string | undefined }
  /** History of people whom the record knows nothing of: a newcomer would inherit it. */
  | { kind: 'record-lost'; lastProfile: number }
  /** The record is of before these arrival numbers were given out. */
  | { kind: 'record-older'; from: number; to: number; lastProfile: number }
  /** The record has given out numbers and there is no history at all. */
  | { kind: 'warehouse-lost'; to: number };

/**
 * Whether a record and a warehouse belong together. The record commits first and the warehouse follows, so history is never
 * ahead of the record that it is of; where it is, the record is an older copy. A warehouse that bears no id was written by a
 * version that knew no pairing: its numbers alone can tell.
 */
export function compare(record: RecordFacts, warehouse: WarehouseFacts): Verdict {
  const isNewRecord = record.nextProfile === 1;
  const hasHistory = warehouse.lastSeq > 0 || warehouse.lastProfile > 0;
  const isOurs = warehouse.id === record.id;
  if (!hasHistory) {
    if (isOurs) return { kind: 'same' };
    return isNewRecord ? { kind: 'new' } : { kind: 'warehouse-lost', to: record.nextSeq - 1 };
  }
  if (!isOurs && isNewRecord) return { kind: 'record-lost', lastProfile: warehouse.lastProfile };
  if (!isOurs && warehouse.id !== undefined) return { kind: 'foreign', warehouseId: warehouse.id };
  const isAhead = warehouse.lastSeq >= record.nextSeq || warehouse.lastProfile >= record.nextProfile;
  if (!isOurs) return isAhead ? { kind: 'foreign', warehouseId: undefined } : { kind: 'new' };
  if (!isAhead) return { kind: 'same' };
  const to = Math.max(warehouse.lastSeq, record.nextSeq);
  return { kind: 'record-older', from: record.nextSeq, to, lastProfile: warehouse.lastProfile };
}
