import type { Choices } from './consent.js';
import type { Draft, Envelope } from './envelope.js';
import { createHeart, type Heart } from './heart.js';
import type { TrackerPlugin } from './hooks.js';
import { QUEUE_BYTES, QUEUE_EVENTS } from './limits.js';
import type { Fields, Ports } from './ports.js';
import { choose, push, SUPER, superOf } from './push.js';
import type { AnyEvents, Calls, CallOptions, CoreOptions, Tracker } from './tracker.js';

/** The tracker without a platform. Whatever goes wrong within it is counted and never reaches the page. */
export function createTracker<Events extends object = AnyEvents>(ports: Ports, options: CoreOptions): Tracker<Events> {
  const heart = createHeart(ports, options);
  const { counts, hooks, queue, sender, identity, consent } = heart;
  const undos = new Set<() => void>();
  const guard = guarding(heart);
  const decide = guard((choices: Choices) => choose(heart, choices));
  const tracker: Tracker<Events> = {
    ...(callsOf(heart, guard) as Calls<Events>),
    guard,
    canStore: () => (heart.settle(), consent.mayStore()),
    consent(choices) {
      if (choices) decide(choices);
      return { ...consent.choices() };
    },
    on: hooks.on,
    off: hooks.off,
    use: (plugin) => addPlugin(plugin, tracker, hooks, undos),
    flush: sender.flush,
    ids: identity.ids,
    pending: () =>
      queue.take(QUEUE_EVENTS, QUEUE_BYTES, queue.keys()).texts.map((text) => JSON.parse(text) as Envelope),
    stats: () => ({ queued: queue.size(), ...counts }),
    leave: guard(sender.leave),
    wake: guard(sender.wake),
    close() {
      for (const undo of undos) undo();
      sender.close();
    },
  };
  if (queue.size() > 0) sender.schedule(0);
  return tracker;
}

type Guard = Tracker['guard'];

const guarding =
  ({ fail }: Heart): Guard =>
  (work) =>
  (...args) => {
    try {
      work(...args);
    } catch (error) {
      fail(error);
    }
  };

function callsOf(heart: Heart, guarded: Guard): Calls {
  const { identity, vault, settle, hooks } = heart;
  const guard: Guard = (work) =>
    guarded((...args) => {
      settle();
      work(...args);
    });
  const say = (draft: Draft, options?: CallOptions) => push(heart, { ...draft, ...options });
  const view = (type: 'page' | 'screen') =>
    guard((name?: string, properties: Fields = {}, options?: CallOptions) => say({ type, name, properties }, options));
  return {
    track: guard((event: string, properties: Fields = {}, options?: CallOptions) =>
      say({ type: 'track', event: named('event', event), properties }, options),
    ),
    page: view('page'),
    screen: view('screen'),
    identify: guard((userId: string, traits: Fields = {}, options?: CallOptions) => {
      identity.identify(named('userId', userId));
      say({ type: 'identify', traits }, options);
    }),
    group: guard((groupId: string, traits: Fields = {}, options?: CallOptions) => {
      const id = named('groupId', groupId);
      identity.group(id);
      say({ type: 'group', groupId: id, traits }, options);
    }),
    say: guard(say),
    alias: guard((userId: string, previousId?: string, options?: CallOptions) => {
      const { userId: known, anonymousId } = identity.ids();
      const id = named('userId', userId);
      say({ type: 'alias', userId: id, previousId: previousId || known || anonymousId }, options);
      identity.alias(id);
    }),
    reset: guard(() => {
      identity.reset();
      vault.remove(SUPER);
      hooks.call('reset');
    }),
    register: guard((properties: Fields) => vault.set(SUPER, JSON.stringify({ ...superOf(vault), ...properties }))),
    unregister: guard((...names: string[]) => {
      const properties = superOf(vault);
      for (const name of names) delete properties[name];
      vault.set(SUPER, JSON.stringify(properties));
    }),
  };
}

/** Pages in plain JavaScript hand over numbers as ids, and nothing at all when nobody is signed in. */
function named(field: string, value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !text) throw new Error(`${field} is no text`);
  return text;
}

function addPlugin<T>(
  { before, enrich, after, start }: TrackerPlugin<T>,
  tracker: T,
  hooks: Heart['hooks'],
  undos: Set<() => void>,
): () => void {
  const gone = [
    before && hooks.on('before', before),
    enrich && hooks.on('enrich', enrich),
    after && hooks.on('after', after),
    start && hooks.guarded(() => start(tracker)),
  ];
  const undo = () => {
    undos.delete(undo);
    for (const part of gone.splice(0)) if (part) hooks.guarded(part);
  };
  undos.add(undo);
  return undo;
}
