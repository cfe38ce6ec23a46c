import type { Book } from './book.js';
import { valuesOf } from './deal.js';
import type { Handler, Notice } from './notice.js';
import type { Realm } from './state.js';

export interface RealmParts {
  book: Book;
  notice: Notice;
  settle: () => void;
  guard: (work: () => void) => () => void;
}

type Loose = Record<string, unknown>;

/** One table as a page sees it. A value that is not fit costs itself alone. */
export function createRealm<T extends object>(
  { book, notice, settle, guard }: RealmParts,
  table: string,
  write: (key: string, value: unknown) => void,
  seen: (key: string) => void = () => undefined,
): Realm<T> {
  const realm = {
    get(key: string) {
      settle();
      guard(() => seen(key))();
      return book.store.getCell(table, key, 'value') as unknown;
    },
    all() {
      settle();
      return valuesOf(book, table);
    },
    set(key: string | Loose, value?: unknown) {
      settle();
      const values = typeof key === 'string' ? { [key]: value } : key;
      guard(() =>
        notice.change(() => {
          for (const name of Object.keys(values)) guard(() => write(name, values[name]))();
        }),
      )();
    },
    on: (key: string | null, handler: Handler) =>
      notice.on(table, key, (value, name) => {
        if (key !== null) seen(name);
        handler(value, name);
      }),
  };
  return realm as unknown as Realm<T>;
}
