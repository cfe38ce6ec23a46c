import type { Choices } from './consent.js';
import { isPlain, type Draft, type Envelope } from './envelope.js';
import { createHeart, type Heart } from './heart.js';
import type { TrackerPlugin } from './hooks.js';
import { QUEUE_BYTES, QUEUE_EVENTS } from './limits.js';
import type { Fields, Ports } from './ports.js';
import { choose, push, SUPER, superOf, textOf } from './push.js';
import type { AnyEvents, Calls, CallOptions, CoreOptions, Tracker } from './tracker.js';

/** The tracker without a platform. Whatever goes wrong within it is counted and never reaches the page. */
export function createTracker<Events extends object = AnyEvents>(ports: Ports, options: CoreOptions): Tracker<Events> {
  const heart = createHeart(ports, options);
  const { counts, hooks, queue, sender, identity, consent } = heart;
  const undos: (() => void)[] = [];
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
      for (const undo of undos.slice()) undo();
      sender.close();
    },
  };
  if (queue.size() > 0) sender.schedule(0);
  return tracker;
}

type Guard = Tracker['guard'];

const guarding =
  ({ hooks }: Heart): Guard =>
  (work) =>
  (...args) =>
    hooks.guarded(() => work(...args));

function callsOf(heart: Heart, guard: Guard): Calls {
  const { identity, vault, settle, hooks, fail } = heart;
  /** Pages in plain JavaScript hand over anything: spread, a text would become its letters. */
  const fields = (given: Fields | undefined): Fields => {
    if (isPlain(given)) return given;
    if (given) fail(new Error('no object'));
    return {};
  };
  const say = (draft: Draft, options?: CallOptions) => push(heart, { ...draft, ...options });
  const view = (type: 'page' | 'screen') => (name?: string, properties?: Fields, options?: CallOptions) =>
    say({ type, name, properties: fields(properties) }, options);
  const calls: Calls = {
    track: (event: string, properties?: Fields, options?: CallOptions) =>
      say({ type: 'track', event: named('event', event), properties: fields(properties) }, options),
    page: view('page'),
    screen: view('screen'),
    identify(userId, traits, options) {
      identity.identify(named('userId', userId));
      say({ type: 'identify', traits: fields(traits) }, options);
    },
    group(groupId, traits, options) {
      const id = named('groupId', groupId);
      identity.group(id);
      say({ type: 'group', groupId: id, traits: fields(traits) }, options);
    },
    say,
    alias(userId, previousId, options) {
      const { userId: known, anonymousId } = identity.ids();
      const id = named('userId', userId);
      say({ type: 'alias', userId: id, previousId: previousId || known || anonymousId }, options);
      identity.alias(id);
    },
    reset() {
      identity.reset();
      vault.remove(SUPER);
      hooks.call('reset');
    },
    register: (properties) => vault.set(SUPER, textOf(heart, { ...superOf(vault), ...fields(properties) })),
    unregister(...names) {
      const properties = superOf(vault);
      for (const name of names) delete properties[name];
      vault.set(SUPER, JSON.stringify(properties));
    },
  };
  for (const name of Object.keys(calls) as (keyof Calls)[]) {
    const call: (...args: never[]) => void = calls[name];
    // What another tab was answered holds here too, before anything is said.
    calls[name] = guard((...args: never[]) => (settle(), call(...args)));
  }
  return calls;
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
  undos: (() => void)[],
): () => void {
  const gone = [
    before && hooks.on('before', before),
    enrich && hooks.on('enrich', enrich),
    after && hooks.on('after', after),
    start && hooks.guarded(() => start(tracker)),
  ];
  const undo = () => {
    const at = undos.indexOf(undo);
    if (at >= 0) undos.splice(at, 1);
    for (const part of gone.splice(0)) if (part) hooks.guarded(part);
  };
  undos.push(undo);
  return undo;
}
