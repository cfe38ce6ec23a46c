import { attempt, type Storage } from '../core/index.js';
import { createCells, type Cells } from './cells.js';
import { checkCell, isNewer, parseEntry, parsePlace, PERSONAL, ROWS, TABLES, type Entry, type Table } from './entry.js';

export interface BookParts {
  place: Storage;
  now: () => number;
  fail: (error: unknown) => void;
  /** Traits that stay in memory. */
  volatile: string[];
}

export interface Book extends Pick<Cells, 'store' | 'get' | 'entry'> {
  /** Notes a value with time and tab; undefined or null takes it back. Throws where it is not fit to be kept. */
  set: (table: Table, key: string, value: unknown, isTold?: boolean) => void;
  /** Keeps beyond the page from now on: what is stored of this person comes in, what was in memory goes out. */
  open: (owner: string) => void;
  /** Keeps nothing any more, neither there nor here, but the shop's definitions in memory. */
  shut: () => void;
  /** Somebody else is here: her own is looked for, and nobody else's stays. */
  renew: (owner: string) => void;
  /** What another tab did. */
  receive: (name: string, text: string | null) => void;
}

const OWNER = 'owner';

/** The cells over a durable place: one entry a cell, so that two tabs lose nothing of each other. */
export function createBook(parts: BookParts): Book {
  const { now, fail } = parts;
  const cells = createCells();
  const { entry, put } = cells;
  const shelf = createShelf(parts, cells);
  return {
    ...cells,
    set(table, key, given, isTold) {
      const value = checkCell(table, key, given);
      const before = entry(table, key);
      const isSame = JSON.stringify(before ? before[0] : null) === JSON.stringify(value);
      if (isSame && (!before || !isTold || before[3])) return;
      if (cells.isFull(table, key)) {
        // A person's traits are refused beyond the bound; of what we note ourselves the oldest goes.
        if (table === 'traits') throw new Error(`STATE_FULL: ${ROWS} traits`);
        const oldest = cells.oldest(table);
        cells.store.delRow(table, oldest);
        shelf.discard(`${table}.${oldest}`);
      }
      const [at, by] = isSame ? before!.slice(1) : [Math.max(now(), cells.latest() + 1), shelf.tab];
      put(table, key, [value, at, by, ...(isTold ? [1] : [])] as Entry);
      shelf.keep(table, key);
    },
    open(owner) {
      shelf.open(owner);
      for (const table of TABLES) for (const key of cells.store.getRowIds(table)) shelf.keep(table, key);
    },
    shut() {
      shelf.shut();
      cells.clear(PERSONAL);
    },
    renew(owner) {
      cells.clear(PERSONAL);
      if (shelf.isOpen()) shelf.open(owner);
    },
    receive(name, text) {
      const at = parsePlace(name);
      if (!shelf.isOpen() || !at) return;
      if (text === null) return void (at[0] !== 'sheet' && cells.store.delRow(...at));
      const theirs = parseEntry(at[0], text, now());
      const ours = entry(...at);
      if (!theirs) fail(new Error(`STATE_STORED_INVALID: ${name}`));
      else if (isNewer(theirs, ours) || (theirs[3] && !isNewer(ours!, theirs))) put(...at, theirs);
      // An older one was written over ours a moment later: ours stands again, and the other tab hears of it.
      else if (isNewer(ours!, theirs)) shelf.keep(...at);
    },
  };
}

interface Shelf {
  tab: string;
  isOpen: () => boolean;
  keep: (table: Table, key: string) => void;
  discard: (name: string) => void;
  open: (owner: string) => void;
  shut: () => void;
}

/** The durable place. Where it throws, what is in memory must do for this page. */
function createShelf({ place, now, fail, volatile }: BookParts, { entry, put, isFull }: Cells): Shelf {
  let isOpen = false;
  const discard = (name: string) => attempt(() => place.remove(name), undefined);
  const names = () => attempt(() => place.keys(), []);
  const load = (name: string) => {
    const at = parsePlace(name);
    const found = at && parseEntry(at[0], attempt(() => place.get(name), null) || '', now());
    if (!at || !found || isFull(...at)) {
      discard(name);
      fail(new Error(`STATE_STORED_INVALID: ${name}`));
    } else if (isNewer(found, entry(...at))) put(...at, found);
  };
  return {
    tab: Math.random().toString(36).slice(2, 8),
    isOpen: () => isOpen,
    discard,
    keep(table, key) {
      if (!isOpen || (table === 'traits' && volatile.includes(key))) return;
      attempt(() => place.set(`${table}.${key}`, JSON.stringify(entry(table, key))), undefined);
    },
    open(owner) {
      isOpen = true;
      const isStranger = attempt(() => place.get(OWNER), null) !== owner;
      const stored = names().filter((name) => name !== OWNER);
      if (isStranger) stored.filter((name) => !name.startsWith('sheet.')).forEach(discard);
      attempt(() => place.set(OWNER, owner), undefined);
      stored.filter((name) => !isStranger || name.startsWith('sheet.')).forEach(load);
    },
    shut() {
      isOpen = false;
      names().forEach(discard);
    },
  };
}
