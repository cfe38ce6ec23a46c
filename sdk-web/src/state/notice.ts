import type { Store } from 'tinybase/store';

export type Handler = (value: unknown, key: string) => void;

export interface Notice {
  /** Changes cells; handlers hear of it when all of it is done, and may change more. */
  change: (work: () => void) => void;
  on: (table: string, key: string | null, handler: Handler) => () => void;
}

/** Two handlers of a page that answer each other for ever must not stop the page. */
const MOST = 1000;

/**
 * The store drops what a listener writes. A page's handler may write: so it is called after the change, once a cell, with the
 * value that holds then.
 */
export function createNotice(
  store: Store,
  derive: () => void,
  call: (work: () => void) => void,
  fail: (error: unknown) => void,
): Notice {
  const due = new Map<string, () => void>();
  let isTelling = false;
  const tell = () => {
    if (isTelling) return;
    isTelling = true;
    for (let left = MOST; due.size > 0; left--) {
      const [name, work] = due.entries().next().value!;
      due.delete(name);
      if (left > 0) call(work);
      else {
        due.clear();
        fail(new Error('STATE_HANDLERS_LOOP'));
      }
    }
    isTelling = false;
  };
  return {
    change(work) {
      store.transaction(() => {
        work();
        derive();
      });
      tell();
    },
    on(table, key, handler) {
      let isOn = true;
      const listener: string = store.addCellListener(table, key, 'value', (_store, _table, row) => {
        const work = () => isOn && handler(store.getCell(table, row, 'value'), row);
        due.set(`${listener}.${row}`, work);
      });
      return () => {
        isOn = false;
        store.delListener(listener);
      };
    },
  };
}
