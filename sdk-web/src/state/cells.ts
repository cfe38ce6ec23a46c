import type { Json } from '@perennial/contract';
import { createStore, type Store } from 'tinybase/store';
import { ROWS, type Entry, type Table } from './entry.js';

/** The cells in memory, in a reactive store. */
export interface Cells {
  store: Store;
  get: (table: Table, key: string) => Json | undefined;
  entry: (table: Table, key: string) => Entry | undefined;
  put: (table: Table, key: string, entry: Entry) => void;
  /** Whether another key finds room. */
  isFull: (table: Table, key: string) => boolean;
  oldest: (table: Table) => string;
  clear: (tables: readonly Table[]) => void;
  /** The greatest stamp that was ever seen: a new one must lie behind it, whatever the clock says. */
  latest: () => number;
}

/** TinyBase asks for it, and the webviews of older phones lack it. */
function bringHasOwn(): void {
  const known: object = Object;
  const value = (object: object, key: string) => Object.prototype.hasOwnProperty.call(object, key);
  if (!('hasOwn' in known)) Object.defineProperty(Object, 'hasOwn', { value, writable: true, configurable: true });
}

export function createCells(): Cells {
  bringHasOwn();
  const store = createStore();
  let latest = 0;
  const entry = (table: Table, key: string): Entry | undefined => {
    const { value = null, at, by, told } = store.getRow(table, key);
    return at === undefined ? undefined : ([value, at, by, ...(told ? [1] : [])] as Entry);
  };
  return {
    store,
    entry,
    get: (table, key) => store.getCell(table, key, 'value') as Json | undefined,
    put(table, key, [value, at, by, told]) {
      latest = Math.max(latest, at);
      store.setRow(table, key, { at, by, ...(value !== null && { value }), ...(told && { told: true }) });
    },
    isFull: (table, key) => store.getRowCount(table) >= ROWS && !store.hasRow(table, key),
    oldest: (table) => store.getRowIds(table).sort((a, b) => entry(table, a)![1] - entry(table, b)![1])[0]!,
    clear: (tables) => tables.forEach((table) => store.delTable(table)),
    latest: () => latest,
  };
}
