import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PageDefinitions } from '@perennial/contract';
import { createTracker, type CoreOptions, type Envelope, type Storage as Place, type Tracker } from '../core/index.js';
import { createState, type State, type StateOptions } from './index.js';

interface Shop {
  traits: { city: string; vip: boolean; visits: number; phone: string; basket: { sku: string }[] };
  flags: { cart: boolean; banner: string };
  experiments: { hero: 'a' | 'b'; price: 'low' | 'high' };
}

const PREFIX = 'perennial.';
const place: Place = {
  get: (key) => localStorage.getItem(PREFIX + key),
  set: (key, value) => localStorage.setItem(PREFIX + key, value),
  remove: (key) => localStorage.removeItem(PREFIX + key),
  keys: () =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => key.slice(PREFIX.length)),
};
const stored = () =>
  Object.keys(localStorage)
    .filter((key) => key.startsWith('perennial.state.') && !key.endsWith('.owner'))
    .sort();

const definitions: PageDefinitions = {
  experiments: [
    {
      key: 'hero',
      name: '首页大图',
      variations: [
        { key: 'a', name: '原图', weight: 5000 },
        { key: 'b', name: '新图', weight: 5000 },
      ],
    },
  ],
  flags: [{ key: 'cart' }, { key: 'banner', on: '上海站', off: '', traits: { city: ['上海'] } }],
};

interface Tab {
  tracker: Tracker;
  state: State<Shop>;
  /** What this tab said, in order. */
  said: Envelope[];
  names: () => string[];
  errors: string[];
  close: () => void;
}

const open: Tab[] = [];
let now = 1_700_000_000_000;
let writes = 0;
/** What the browser's own storage does, whatever a test put in its place. */
const real: Pick<Storage, 'setItem' | 'removeItem'> = {
  setItem: Storage.prototype.setItem.bind(localStorage),
  removeItem: Storage.prototype.removeItem.bind(localStorage),
};

/** A page with its own tracker and state, over the storage that all tabs of one browser share. */
function aTab(options: StateOptions = {}, core: Partial<CoreOptions> = {}): Tab {
  const said: Envelope[] = [];
  const errors: string[] = [];
  const tracker = createTracker(
    {
      storage: place,
      transport: { post: () => Promise.resolve({ status: 200 }), beacon: () => true },
      library: { name: 'test', version: '1' },
      context: () => ({}),
      now: () => now,
    },
    { writeKey: 'k', flushMs: 1_000_000, ...core },
  );
  tracker.on('after', (event) => void said.push(event));
  tracker.on('error', (error) => void errors.push((error as Error).message));
  const state = createState<Shop>(tracker, { definitions, now: () => now, ...options });
  const names = () => said.map(({ event, type }) => event ?? type).filter((name) => name !== 'Session Started');
  const tab: Tab = { tracker, state, said, errors, names, close: () => tracker.close() };
  open.push(tab);
  return tab;
}

/** Lets timers, promises and the events between tabs happen. */
const pass = (ms = 400) => jest.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  jest.useFakeTimers();
  localStorage.clear();
  now = 1_700_000_000_000;
  history.replaceState(null, '', '/');
  const tell = (key: string, newValue: string | null) =>
    queueMicrotask(() => void dispatchEvent(new StorageEvent('storage', { key, newValue })));
  // A browser tells other windows alone; here they are all in one, and hear themselves as well.
  jest.spyOn(Storage.prototype, 'setItem').mockImplementation((key, value) => {
    writes += 1;
    real.setItem(key, value);
    tell(key, value);
  });
  jest.spyOn(Storage.prototype, 'removeItem').mockImplementation((key) => {
    real.removeItem(key);
    tell(key, null);
  });
});
afterEach(() => {
  open.splice(0).forEach((tab) => tab.close());
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('traits', () => {
  it('are told by identify together, only what changed, with the id when there is one', async () => {
    const { state, said, tracker } = aTab();
    state.traits.set('city', '北京');
    state.traits.set({ city: '上海', vip: true });
    await pass();
    tracker.identify('m1');
    state.traits.set({ city: '上海', vip: false });
    await pass();
    const told = said.filter(({ type }) => type === 'identify').map(({ userId, traits }) => [userId, traits]);
    expect(told).toEqual([
      [undefined, { city: '上海', vip: true }],
      ['m1', {}],
      ['m1', { vip: false }],
    ]);
  });

  it('call handlers once a change, until removed', () => {
    const { state } = aTab();
    const heard: unknown[] = [];
    const remove = state.traits.on('city', (city) => void heard.push(city));
    const removeAll = state.traits.on(null, (value, key) => void heard.push([key, value]));
    state.traits.set({ city: '上海', visits: 1 });
    state.traits.set('city', '上海');
    state.traits.set('city', null);
    remove();
    removeAll();
    state.traits.set('city', '杭州');
    expect(heard).toEqual(['上海', ['city', '上海'], ['visits', 1], undefined, ['city', undefined]]);
  });

  it('may be set by a handler, and handlers that answer each other for ever are stopped', () => {
    const { state, errors } = aTab();
    state.traits.on('city', (city) => state.traits.set('vip', city === '上海'));
    state.traits.set('city', '上海');
    expect(state.traits.all()).toEqual({ city: '上海', vip: true });
    state.traits.on('visits', (visits) => state.traits.set('visits', (visits ?? 0) + 1));
    state.traits.set('visits', 1);
    expect(errors).toEqual(['STATE_HANDLERS_LOOP']);
    state.traits.set('city', '北京');
    expect(state.traits.get('vip')).toBe(false);
  });

  it('that a page tells itself are known here, and told once', async () => {
    const { state, tracker, names } = aTab();
    tracker.identify('m1', { city: '成都', basket: [{ sku: 's1' }] });
    await pass();
    expect(state.traits.all()).toEqual({ city: '成都', basket: [{ sku: 's1' }] });
    expect(names()).toEqual(['identify']);
  });

  it('taken back are told as null and stay away', async () => {
    const first = aTab();
    first.state.traits.set('city', '上海');
    await pass();
    first.state.traits.set('city', undefined);
    await pass();
    expect(first.said[first.said.length - 1]!.traits).toEqual({ city: null });
    expect(aTab().state.traits.get('city')).toBeUndefined();
  });

  it('set just before the page is left go out with it, and those of a page that crashed are told by the next', async () => {
    const first = aTab();
    first.state.traits.set('city', '上海');
    dispatchEvent(new Event('pagehide'));
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    Reflect.deleteProperty(document, 'visibilityState');
    expect(first.names()).toEqual(['identify']);
    expect(first.tracker.stats()).toMatchObject({ queued: 0 });
    first.state.traits.set('vip', true);
    first.close();
    const second = aTab();
    await pass();
    expect(second.said.map(({ traits }) => traits)).toEqual([{ vip: true }]);
  });

  it('that are direct identifiers are told and not kept', async () => {
    const { state, said } = aTab();
    state.traits.set('phone', '13900000000');
    await pass();
    expect(said[said.length - 1]!.traits).toEqual({ phone: '13900000000' });
    expect(JSON.stringify(localStorage)).not.toContain('state.traits.phone');
    expect(state.traits.get('phone')).toBe('13900000000');
  });

  it('in great number go out in events that the collector can take', async () => {
    const { state, said, tracker } = aTab();
    const many = Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`t${i}`, '大'.repeat(330)]));
    (state as State).traits.set(many);
    await pass();
    expect(tracker.stats()).toMatchObject({ errors: 0, dropped: 0 });
    const told = said.flatMap(({ traits }) => Object.keys(traits ?? {}));
    expect(new Set(told).size).toBe(99);
    expect(told).toHaveLength(99);
  });

  it.each([
    ['an empty key', '', 1],
    ['a long key', 'x'.repeat(65), 1],
    ['no key', undefined, 1],
    ['a function', 'x', () => 1],
    ['no number', 'x', NaN],
    ['a circle', 'x', Object.assign([], { 0: window })],
    ['a garbled text', 'x', '\ufffdabc'],
    ['too much', 'x', 'x'.repeat(1000)],
  ])('refuse %s, count it and keep their neighbours', (_what, key, value) => {
    const { state, tracker } = aTab();
    (state as State).traits.set({ [key as string]: value, ...(key === undefined && { ['']: 1 }), good: true });
    expect((state as State).traits.all()).toEqual({ good: true, ...(key === undefined && { undefined: 1 }) });
    expect(tracker.stats().errors).toBe(1);
  });

  it('are bounded', () => {
    const { state, tracker } = aTab();
    for (let i = 0; i < 120; i++) (state as State).traits.set(`t${i}`, i);
    expect(Object.keys(state.traits.all())).toHaveLength(100);
    expect(tracker.stats().errors).toBe(20);
    (state as State).traits.set('t5', 'changed');
    expect((state as State).traits.get('t5')).toBe('changed');
  });
});

describe('tabs and reloads', () => {
  it('share values at once and tell them once', async () => {
    const [one, two] = [aTab(), aTab()];
    const heard: unknown[] = [];
    two.state.traits.on('city', (city) => void heard.push(city));
    one.state.traits.set('city', '上海');
    await pass(0);
    expect(heard).toEqual(['上海']);
    two.state.traits.set('vip', true);
    await pass();
    expect(one.state.traits.all()).toEqual({ city: '上海', vip: true });
    const told = [one, two].flatMap(({ said }) => said.flatMap(({ traits }) => Object.keys(traits ?? {})));
    expect(told.sort()).toEqual(['city', 'vip']);
    expect(aTab().state.traits.all()).toEqual({ city: '上海', vip: true });
  });

  it('agree on the last writer, also when an older value is written over a newer one a moment later; and then are still', async () => {
    const [one, two] = [aTab(), aTab()];
    one.state.traits.set('city', '上海');
    now += 5;
    two.state.traits.set('city', '北京');
    const older = JSON.stringify(['广州', now - 1, 'other', 1]);
    localStorage.setItem('perennial.state.traits.city', older);
    await pass(0);
    expect([one, two].map(({ state }) => state.traits.get('city'))).toEqual(['北京', '北京']);
    expect(localStorage.getItem('perennial.state.traits.city')).toContain('北京');
    await pass();
    const before = writes;
    await pass();
    expect(writes).toBe(before);
    expect(aTab().state.traits.get('city')).toBe('北京');
  });

  it('a clock that is set back does not make new values older', () => {
    const { state } = aTab();
    state.traits.set('city', '上海');
    now -= 3_600_000;
    state.traits.set('city', '北京');
    expect(aTab().state.traits.get('city')).toBe('北京');
  });

  it('two hundred changes in two tabs at once end alike', async () => {
    const tabs = [aTab(), aTab()];
    for (let i = 0; i < 200; i++) {
      now += i % 3;
      (tabs[i % 2]!.state as State).traits.set(`t${i % 7}`, i);
      if (i % 5 === 0) await pass(0);
    }
    await pass();
    const [one, two] = tabs.map(({ state }) => state.traits.all());
    expect(one).toEqual(two);
    expect(aTab().state.traits.all()).toEqual(one);
  });

  it('a page that comes back from where browsers lay pages aside looks at what happened meanwhile', () => {
    const { state } = aTab();
    state.traits.set({ city: '上海', vip: true });
    real.setItem('perennial.state.traits.city', JSON.stringify(['北京', now + 5, 'other', 1]));
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    expect(state.traits.all()).toEqual({ city: '北京', vip: true });
  });

  it('a storage that was cleaned under our feet costs nothing but itself', async () => {
    const { state, tracker } = aTab();
    state.traits.set('city', '上海');
    localStorage.clear();
    dispatchEvent(new StorageEvent('storage', { key: null }));
    state.traits.set('vip', true);
    await pass();
    expect(state.traits.get('vip')).toBe(true);
    expect(tracker.stats().errors).toBe(0);
  });
});

describe('storage', () => {
  it('with nonsense in it is healed and counted', () => {
    const first = aTab();
    first.state.traits.set('city', '上海');
    first.close();
    const nonsense: Record<string, string> = {
      'traits.vip': '{',
      'traits.visits': 'null',
      'traits.late': JSON.stringify([1, now + 9e8, 'x']),
      'traits.huge': JSON.stringify(['x'.repeat(5000), now, 'x']),
      'traits.': '[1,1,"x"]',
      'unknown.x': '[1,1,"x"]',
      plain: '1',
    };
    for (const key of Object.keys(nonsense)) real.setItem(`perennial.state.${key}`, nonsense[key]!);
    const { state, tracker } = aTab();
    expect(state.traits.all()).toEqual({ city: '上海' });
    expect(stored()).toEqual(['perennial.state.traits.city']);
    expect(tracker.stats().errors).toBe(Object.keys(nonsense).length);
    expect(aTab().tracker.stats().errors).toBe(0);
  });

  it('nonsense from another tab changes nothing and starts no quarrel', async () => {
    const { state, tracker } = aTab();
    state.traits.set('city', '上海');
    await pass();
    localStorage.setItem('perennial.state.traits.city', 'x');
    const before = writes;
    await pass();
    expect(state.traits.get('city')).toBe('上海');
    expect(tracker.stats().errors).toBe(1);
    expect(writes).toBe(before);
  });

  it.each([
    ['is forbidden', ['getItem', 'setItem', 'removeItem', 'key']],
    ['is full', ['setItem']],
  ] as const)('that %s leaves memory for the page', (_what, verbs) => {
    for (const verb of verbs)
      jest.spyOn(Storage.prototype, verb).mockImplementation(() => {
        throw new DOMException('forbidden', 'SecurityError');
      });
    const { state } = aTab();
    state.traits.set('city', '上海');
    expect([state.traits.get('city'), state.experiments.get('hero')]).toEqual(['上海', expect.any(String)]);
    state.reset();
    expect(state.traits.all()).toEqual({});
  });

  it('wild words never throw at the page', () => {
    const { state } = aTab({ definitions: 'x' as unknown as PageDefinitions });
    const wild = state as unknown as { traits: Record<string, (...words: unknown[]) => unknown> };
    for (const word of [undefined, null, 3, {}, []])
      for (const verb of ['get', 'set']) expect(() => wild.traits[verb]!(word, word)).not.toThrow();
    state.traits.on('city', () => {
      throw new Error('page');
    });
    expect(() => state.traits.set('city', 'x')).not.toThrow();
  });
});

describe('consent', () => {
  it('nothing is kept before a yes, and then all that was set', async () => {
    const tab = aTab({}, { consentMode: 'opt-in' });
    tab.state.traits.set('city', '上海');
    const variation = tab.state.experiments.get('hero');
    await pass();
    expect([stored(), tab.names()]).toEqual([[], []]);
    tab.state.consent.set('analytics', true);
    await pass();
    expect(stored()).toContain('perennial.state.traits.city');
    expect(tab.names().sort()).toEqual(['Consent Updated', 'Experiment Viewed', 'identify']);
    const next = aTab({}, { consentMode: 'opt-in' });
    expect([next.state.traits.get('city'), next.state.experiments.get('hero')]).toEqual(['上海', variation]);
  });

  it('that another tab got lets this one tell what waited', async () => {
    const [one, two] = [aTab({}, { consentMode: 'opt-in' }), aTab({}, { consentMode: 'opt-in' })];
    one.state.traits.set('city', '上海');
    one.state.experiments.get('hero');
    two.state.consent.set('analytics', true);
    await pass();
    expect(one.names().sort()).toEqual(['Experiment Viewed', 'identify']);
    expect([two.state.traits.get('city'), one.state.consent.get('analytics')]).toEqual(['上海', true]);
  });

  it('withdrawn wipes here, there and in the storage', async () => {
    const [one, two] = [aTab(), aTab()];
    one.state.traits.set('city', '上海');
    one.state.experiments.get('hero');
    await pass();
    const heard: unknown[] = [];
    two.state.traits.on('city', (city) => void heard.push(city));
    two.state.consent.on('analytics', (answer) => void heard.push(answer));
    one.state.consent.set('analytics', false);
    await pass();
    expect(stored()).toEqual([]);
    expect([one.state.traits.all(), two.state.traits.all()]).toEqual([{}, {}]);
    expect(heard).toEqual([undefined, false]);
    two.state.traits.set('vip', true);
    await pass();
    expect([stored(), two.names()]).toEqual([[], []]);
    expect(one.state.experiments.get('hero')).toMatch(/^[ab]$/);
  });

  it('without storage sends and keeps nothing', async () => {
    const tab = aTab({}, { consentMode: 'no-storage' });
    tab.state.traits.set('city', '上海');
    tab.state.experiments.get('hero');
    await pass();
    expect(tab.names().sort()).toEqual(['Experiment Viewed', 'identify']);
    expect(Object.keys(localStorage)).toEqual([]);
  });
});

it('names and values are typed, over a tracker of typed events', () => {
  const { state, tracker } = aTab();
  const sold = tracker as unknown as Tracker<{ 'Order Completed': { total: number } }>;
  const typed = createState<Shop>(sold);
  const check = () => {
    // @ts-expect-error no such trait
    state.traits.get('town');
    // @ts-expect-error a city is a text
    state.traits.set('city', 3);
    // @ts-expect-error no such variation
    state.experiments.set('hero', 'c');
    // @ts-expect-error a handler gets what the trait is
    state.traits.on('vip', (vip: string | undefined) => vip);
    const city: string | undefined = state.traits.get('city');
    return city;
  };
  expect([typeof check, typed.flags.get('cart')]).toEqual(['function', undefined]);
  typed.close();
});

describe('somebody else', () => {
  it.each([
    ['reset here', (tab: Tab) => tab.state.reset()],
    ['reset of the tracker', (tab: Tab) => tab.tracker.reset()],
    ['another member', (tab: Tab) => tab.tracker.identify('m2')],
  ])('after %s finds nothing of the one before, in any tab', async (_what, leave) => {
    const [one, two] = [aTab(), aTab()];
    one.tracker.identify('m1');
    one.state.traits.set('city', '上海');
    one.state.flags.set('cart', false);
    one.state.experiments.get('hero');
    await pass();
    const heard: unknown[] = [];
    one.state.traits.on('city', (city) => void heard.push(city));
    leave(one);
    expect(heard).toEqual([undefined]);
    expect(stored()).toEqual([]);
    one.state.traits.set('vip', true);
    await pass();
    expect([two.state.traits.all(), two.state.flags.get('cart')]).toEqual([{ vip: true }, true]);
  });

  it('but whoever signs in stays the same person', async () => {
    const { state, tracker } = aTab();
    state.traits.set('city', '上海');
    const variation = state.experiments.get('hero');
    tracker.identify('m1');
    await pass();
    expect([state.traits.get('city'), state.experiments.get('hero')]).toEqual(['上海', variation]);
  });

  it('who signed out while we were not there is noticed by the next page', () => {
    const first = aTab();
    first.state.traits.set('city', '上海');
    first.close();
    localStorage.setItem('perennial.anonymous', 'somebody-new');
    expect(aTab().state.traits.all()).toEqual({});
  });
});

describe('experiments and flags', () => {
  it('are exposed once a session, in every tab together, in the form that Segment made common', async () => {
    const [one, two] = [aTab(), aTab()];
    const variation = one.state.experiments.get('hero')!;
    await pass(0);
    one.state.experiments.get('hero');
    expect(two.state.experiments.get('hero')).toBe(variation);
    aTab().state.experiments.get('hero');
    const views = open.flatMap(({ said }) => said.filter(({ event }) => event === 'Experiment Viewed'));
    expect(views.map(({ properties }) => properties)).toEqual([
      {
        experiment_id: 'hero',
        experiment_name: '首页大图',
        variation_id: variation,
        variation_name: { a: '原图', b: '新图' }[variation],
      },
    ]);
  });

  it('are exposed again when a new session begins on the same page', async () => {
    const { state, tracker, names } = aTab();
    state.experiments.get('hero');
    now += 31 * 60_000;
    tracker.track('Back');
    await pass();
    expect(names()).toEqual(['Experiment Viewed', 'Back', 'Experiment Viewed']);
    tracker.track('Again');
    state.experiments.get('hero');
    expect(names().slice(3)).toEqual(['Again']);
  });

  it('looked at without being shown are not exposed; shown by a handler they are', () => {
    const { state, names, tracker } = aTab();
    expect([state.experiments.decision('hero')?.reason, Object.keys(state.experiments.all())]).toEqual([
      'dealt',
      ['hero'],
    ]);
    expect(state.experiments.get('price')).toBeUndefined();
    expect(names()).toEqual([]);
    const before = state.experiments.all().hero;
    state.experiments.on('hero', () => undefined);
    for (let i = 0; state.experiments.all().hero === before && i < 50; i++) tracker.reset();
    expect(names()).toEqual(['Experiment Viewed']);
  });

  it('stay with whoever saw them, over tabs and reloads, when the weights change', async () => {
    const first = aTab();
    const seen = first.state.experiments.get('hero')!;
    await pass();
    const other = seen === 'a' ? 'b' : 'a';
    const changed: PageDefinitions = {
      experiments: [
        {
          key: 'hero',
          variations: [
            { key: seen, weight: 0 },
            { key: other, weight: 10_000 },
          ],
        },
      ],
    };
    expect(aTab({ definitions: changed }).state.experiments.get('hero')).toBe(seen);
    first.state.reset();
    expect(aTab({ definitions: changed }).state.experiments.get('hero')).toBe(other);
  });

  it('of who is held out tell that she is, as two arms of the hold-out', () => {
    const { experiments } = definitions;
    const isOut = aTab({ definitions: { experiments: experiments!, holdOuts: [{ key: 'q4', share: 10_000 }] } });
    expect(isOut.state.experiments.get('hero')).toBeUndefined();
    isOut.state.reset();
    const isIn = aTab({ definitions: { experiments: experiments!, holdOuts: [{ key: 'q4', share: 0 }] } });
    isIn.state.experiments.get('hero');
    const arms = [isOut, isIn].map(({ said }) =>
      said
        .filter(({ event }) => event === 'Experiment Viewed')
        .map(({ properties }) => [properties!['experiment_id'], properties!['variation_id']]),
    );
    expect(arms).toEqual([
      [['q4', 'held-out']],
      [
        ['q4', 'not-held-out'],
        ['hero', expect.any(String)],
      ],
    ]);
  });

  it('follow traits', () => {
    const { state } = aTab();
    const heard: unknown[] = [];
    state.flags.on('banner', (banner) => void heard.push(banner));
    state.traits.set('city', '上海');
    state.traits.set('city', '北京');
    expect(heard).toEqual(['上海站', '']);
    expect(state.flags.all()).toEqual({ cart: true, banner: '' });
  });

  it('may be overridden for the visitor, and by the address for the page; neither counts as an exposure', async () => {
    history.replaceState(null, '', '/?perennial_force=hero:b&perennial_force=banner:%22x%22&perennial_force=hero:zz:');
    const { state, names } = aTab();
    state.flags.set('cart', false);
    expect(state.flags.all()).toEqual({ cart: false, banner: 'x' });
    history.replaceState(null, '', '/?perennial_force=hero:b');
    const forced = aTab();
    expect(forced.state.experiments.get('hero')).toBe('b');
    history.replaceState(null, '', '/');
    const next = aTab();
    for (const key of ['a', 'b'] as const) {
      next.state.experiments.set('hero', key);
      expect(next.state.experiments.get('hero')).toBe(key);
    }
    expect(next.state.flags.get('cart')).toBe(false);
    next.state.flags.set('cart', null);
    expect(next.state.flags.get('cart')).toBe(true);
    expect([...names(), ...forced.names(), ...next.names()]).toEqual([]);
    history.replaceState(null, '', '/?perennial_force=hero:b');
    expect(aTab({ forceParameter: false }).state.experiments.decision('hero')?.reason).toBe('forced');
  });
});

describe('definitions from an address', () => {
  const answering = (answer: () => Promise<unknown>) => {
    globalThis.fetch = jest.fn(answer) as unknown as typeof fetch;
  };
  const ok = (body: unknown) => Promise.resolve({ ok: true, json: () => Promise.resolve(body) });
  const url = 'https://events.example/definitions.json';
  const fromUrl = () => aTab({ definitionsUrl: url, definitions: undefined });

  it('are waited for, kept, and there at once on the next page, also when nobody answers', async () => {
    answering(() => ok(definitions));
    const first = fromUrl();
    const ready = first.state.ready();
    await pass(0);
    expect(await ready).toBe(true);
    const variation = first.state.experiments.get('hero');
    answering(() => Promise.reject(new TypeError('offline')));
    const second = fromUrl();
    expect([second.state.experiments.get('hero'), await second.state.ready()]).toEqual([variation, true]);
    await pass(0);
    expect(second.errors).toEqual(['offline']);
  });

  it('that are late, refused or nonsense leave the page without, after the time it gave', async () => {
    for (const answer of [
      () => new Promise(() => undefined),
      () => Promise.resolve({ ok: false, status: 503 }),
      () => ok([]),
      () => Promise.resolve({ ok: true, json: () => Promise.reject(new SyntaxError('x')) }),
    ]) {
      answering(answer);
      const tab = fromUrl();
      const ready = tab.state.ready(50);
      await pass(60);
      expect([await ready, tab.state.experiments.get('hero')]).toEqual([false, undefined]);
      tab.close();
    }
  });

  it('are given up after their time', async () => {
    let isAborted = false;
    globalThis.fetch = jest.fn(
      (_url: unknown, init?: RequestInit) =>
        new Promise((_resolve, reject) => {
          init!.signal!.addEventListener('abort', () => {
            isAborted = true;
            reject(new DOMException('late', 'AbortError'));
          });
        }),
    ) as unknown as typeof fetch;
    const { errors } = fromUrl();
    await pass(3_001);
    expect([isAborted, errors]).toEqual([true, ['late']]);
  });

  it('reach the other tabs, and nothing is asked where none are needed', async () => {
    answering(() => ok(definitions));
    expect(await aTab({ definitions: undefined }).state.ready()).toBe(false);
    expect(fetch).not.toHaveBeenCalled();
    const [one] = [fromUrl(), fromUrl()];
    await pass(0);
    const changed = { flags: [{ key: 'cart', share: 0 }] };
    answering(() => ok(changed));
    const [, two] = open.slice(-2);
    const heard: unknown[] = [];
    two!.state.flags.on('cart', (value) => void heard.push(value));
    await one.state.refresh();
    await pass(0);
    expect(heard).toEqual([false]);
  });
});
