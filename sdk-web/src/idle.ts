import type { Perennial } from './client.js';
import type { AnyEvents } from './core/index.js';

const nothing = (): void => undefined;
const removal = () => nothing;

/** A tracker where there is no page: a server that renders one imports the same code, and says nothing of anybody. */
export const createIdle = <Events extends object = AnyEvents>(): Perennial<Events> => ({
  track: nothing,
  page: nothing,
  screen: nothing,
  identify: nothing,
  group: nothing,
  alias: nothing,
  say: nothing,
  reset: nothing,
  register: nothing,
  unregister: nothing,
  consent: () => ({}),
  on: removal,
  off: nothing,
  use: removal,
  flush: () => Promise.resolve(),
  ids: () => ({ anonymousId: '' }),
  pending: () => [],
  stats: () => ({ queued: 0, sent: 0, dropped: 0, refused: 0, errors: 0 }),
  leave: nothing,
  wake: nothing,
  canStore: () => false,
  guard: removal,
  close: nothing,
  ready: nothing,
  debug: nothing,
});
