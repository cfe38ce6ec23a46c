import { createBook, type Book } from './book.js';
import { createDealing, SHEET, type Dealing } from './deal.js';
import { createExposures, type Exposures } from './exposure.js';
import { loadDefinitions } from './load.js';
import { createNotice, type Notice } from './notice.js';
import { PREFIX, statePlace } from './place.js';
import { createRealm } from './realm.js';
import type { Base, Shape, State, StateOptions } from './state.js';
import { createTelling, type Telling } from './telling.js';

/** Everything that the parts share. */
interface Parts {
  base: Base;
  book: Book;
  notice: Notice;
  dealing: Dealing;
  exposures: Exposures;
  telling: Telling;
  /** Exposes anew what this page showed, after what goes on at the moment. */
  again: () => void;
  /** Follows the tracker: who it is, what may be kept, what was agreed to. Cheap when nothing changed. */
  settle: () => void;
  fail: (error: unknown) => void;
}

/** In a page; the script that a page embeds starts here. */
export function createState<S extends Shape = Shape>(base: Base, options: StateOptions = {}): State<S> {
  const parts = createParts(base, options);
  const { book, dealing, exposures, notice, telling, settle } = parts;
  settle();
  notice.change(() => undefined);
  const loading = createLoading(parts, options);
  const close = base.use({ name: 'state', start: () => listen(parts) });
  const realm = { book, notice, settle, guard: base.guard };
  const experiments = createRealm(
    realm,
    'experiments',
    (key, value) => book.set('forced', key, value),
    exposures.expose,
  );
  const traits = createRealm(realm, 'traits', (key, value) => {
    book.set('traits', key, value);
    telling.schedule();
  });
  const state: State = {
    traits,
    consent: createRealm<Record<string, boolean>>(realm, 'consent', (key, value) =>
      base.consent({ [key]: value === true }),
    ),
    flags: createRealm(realm, 'flags', (key, value) => book.set('forced-flags', key, value)),
    experiments: { ...experiments, decision: (key) => (settle(), dealing.decision(key)) },
    ...loading,
    reset: () => base.reset(),
    store: book.store,
    close,
  };
  return state as unknown as State<S>;
}

function createParts(base: Base, { batchMs = 300, ...options }: StateOptions): Parts {
  const fail = (error: unknown) =>
    base.guard(() => {
      throw error;
    })();
  const book = createBook({
    fail,
    place: options.place || statePlace,
    now: options.now || Date.now,
    volatile: options.volatile || ['phone', 'mobile', 'email'],
  });
  const dealing = createDealing(book, base, options, fail);
  const notice = createNotice(book.store, dealing.derive, (work) => base.guard(work)(), fail);
  const telling = createTelling(base, book, notice.change, batchMs);
  const exposures = createExposures({ ...book, ...dealing, base });
  const again = base.guard(() => void Promise.resolve().then(base.guard(exposures.again)));
  const settle = createSettling(base, book, notice, exposures.forget, () => {
    telling.schedule();
    again();
  });
  return { base, book, notice, dealing, exposures, telling, again, settle, fail };
}

function createSettling(
  base: Base,
  book: Book,
  { change }: Notice,
  onOther: () => void,
  onOpen: () => void,
): () => void {
  let last = '';
  let isOpen: boolean | undefined;
  let owner: string | undefined;
  return base.guard(() => {
    const may = base.canStore();
    const { anonymousId, userId } = base.ids();
    const print = JSON.stringify([may, anonymousId, userId, base.consent()]);
    if (print === last) return;
    last = print;
    const isOther = owner !== undefined && owner !== anonymousId && may === isOpen;
    change(() => {
      if (isOther) book.renew(anonymousId);
      else if (may !== isOpen) (may ? book.open : book.shut)(anonymousId);
    });
    const isOpened = may && !isOpen;
    isOpen = may;
    owner = anonymousId;
    if (isOther) onOther();
    // What could not be told before is told now; the answer may have been given in another tab.
    if (isOpened) onOpen();
  });
}

/** Signals of the tracker, of other tabs and of the page. Returns the removal of all. */
function listen({ base, book, notice, exposures, telling, again, settle }: Parts): () => void {
  const stored = base.guard(({ key, newValue }: StorageEvent) => {
    if (key !== null && !key.startsWith('perennial.')) return;
    settle();
    if (key !== null && key.startsWith(PREFIX)) notice.change(() => book.receive(key.slice(PREFIX.length), newValue));
  });
  const turned = base.guard(() => {
    settle();
    // What is told while the page is left must be handed over with the rest.
    if (document.visibilityState === 'hidden' && telling.tell()) base.leave();
  });
  // A page that was laid aside and is taken up again heard nothing of other tabs meanwhile.
  const returned = base.guard(({ persisted }: PageTransitionEvent) => {
    settle();
    if (persisted && base.canStore()) notice.change(() => book.open(base.ids().anonymousId));
  });
  const undo = [
    telling.close,
    base.on('reset', settle),
    base.on('consent', settle),
    base.on('after', (event) => {
      settle();
      telling.landed(event);
      exposures.landed(event);
      if (event.event === 'Session Started') again();
    }),
    hear('storage', stored as EventListener),
    hear('visibilitychange', turned),
    hear('pagehide', turned),
    hear('pageshow', returned as EventListener),
  ];
  return () => undo.forEach((remove) => remove());
}

function hear(type: string, handler: EventListener): () => void {
  addEventListener(type, handler, true);
  return () => removeEventListener(type, handler, true);
}

function createLoading(
  { book, dealing, notice, settle, fail }: Parts,
  options: StateOptions,
): Pick<State, 'ready' | 'refresh'> {
  const { definitionsUrl: url, timeoutMs = 3000 } = options;
  const refresh = async () => {
    if (url === undefined) return;
    try {
      const sheet = await loadDefinitions(url, timeoutMs);
      settle();
      notice.change(() => book.set('sheet', SHEET, sheet));
    } catch (error) {
      fail(error);
    }
  };
  const first = refresh();
  return {
    refresh,
    ready(ms = 1000) {
      if (dealing.hasDefinitions()) return Promise.resolve(true);
      const late = new Promise<void>((resolve) => setTimeout(resolve, ms));
      return Promise.race([first, late]).then(dealing.hasDefinitions);
    },
  };
}
