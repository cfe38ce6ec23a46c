import type { Tracker } from '@perennial/sdk-web/core';
import type { Query } from './address.js';
import type { AppLife } from './app-life.js';
import type { PageInstance, Scope } from './scope.js';
import type { RuntimeEvent } from './taps.js';
import type { Views } from './views.js';
import { around, type Definition } from './wrap.js';

export interface Observed extends Pick<AppLife, 'launched' | 'shown' | 'hidden'> {
  views: Views;
  query: (raw: unknown) => Query;
  top: Scope['top'];
  /** Something was done to an element that has a handler. */
  event(event: RuntimeEvent): void;
  refreshed: () => void;
  /** What is shared instead of what the page gave. */
  shared(given: unknown, how: unknown): unknown;
  /** A failure of ours is counted and never reaches the program. */
  guard: Tracker['guard'];
}

export type Observers = Record<'app' | 'page' | 'component', (definition: Definition) => void>;

/** Hooks of the runtime that get wrappers of their own, and one that is called too often to be looked at. */
const PAGE_HOOKS = /^on(Load|Show|Hide|Unload|PullDownRefresh|ShareAppMessage|PageScroll)$/;

const isFunction = (value: unknown): boolean => typeof value === 'function';

export const routeOf = ({ route, __route__ }: PageInstance): string => (route || __route__ || '').replace(/^\//, '');

/** Puts our wrappers into the definitions of a program, in place: a copy would lose what a class has inherited. */
export function createObservers({ views, guard, query, ...observed }: Observed): Observers {
  // Not every runtime keeps the query on the page itself.
  const queries = new WeakMap<object, Query>();
  const before = (definition: Definition, name: string, work: (self: never, first: never) => void) => {
    const guarded = guard(work);
    around(definition, name, (own, self, [first]) => {
      guarded(self as never, first as never);
      return own();
    });
  };
  const shown = (self: PageInstance, known?: Query) => {
    // A component has no route: the page on top is the one that it belongs to.
    const instance = routeOf(self) ? self : observed.top();
    if (instance) views.shown(routeOf(instance), known || query(instance.options));
  };
  const page = (methods: Definition) => {
    for (const name of Object.keys(methods))
      if (isFunction(methods[name]) && !PAGE_HOOKS.test(name))
        before(methods, name, (_, event: unknown) => observed.event(Object(event) as RuntimeEvent));
    before(methods, 'onLoad', (self: object, given) => void queries.set(self, query(given)));
    before(methods, 'onShow', (self: PageInstance) => shown(self, queries.get(self)));
    for (const name of ['onHide', 'onUnload']) before(methods, name, (self) => views.hidden(routeOf(self)));
    // These turn a feature on by being there at all.
    if (methods['onPullDownRefresh']) before(methods, 'onPullDownRefresh', observed.refreshed);
    if (methods['onShareAppMessage'])
      around(methods, 'onShareAppMessage', (own, _, [how]) => {
        const given = own();
        let card = given;
        guard(() => void (card = observed.shared(given, how)))();
        return card;
      });
  };
  return {
    page,
    app(definition) {
      before(definition, 'onLaunch', (_, options) => observed.launched(options));
      before(definition, 'onShow', (_, options) => observed.shown(options));
      before(definition, 'onHide', observed.hidden);
    },
    // A component that is a page has the page's hooks among its methods; elsewhere nobody calls them.
    component(definition) {
      page((definition['methods'] = definition['methods'] || {}) as Definition);
      before(
        (definition['pageLifetimes'] = definition['pageLifetimes'] || {}) as Definition,
        'show',
        (self: PageInstance) => shown(self),
      );
    },
  };
}
