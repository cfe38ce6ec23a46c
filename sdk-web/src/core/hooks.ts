import type { Choices } from './consent.js';
import type { Draft, Envelope } from './envelope.js';

export interface Hooks {
  /** Before anything is added: false keeps the event out, another draft takes its place. */
  before: (draft: Draft) => Draft | boolean | void;
  /** The whole event, to be added to in place or replaced. */
  enrich: (event: Envelope) => Envelope | void;
  /** The event is in the queue. */
  after: (event: Envelope) => void;
  sent: (count: number) => void;
  consent: (choices: Choices) => void;
  /** The visitor signed out: whatever was known of her is forgotten. */
  reset: () => void;
  error: (error: unknown) => void;
}

/** A part that another package brings. Whatever it registers is undone with it. */
export interface TrackerPlugin<Tracker> extends Partial<Pick<Hooks, 'before' | 'enrich' | 'after'>> {
  name: string;
  /** Called once; may return what undoes it. */
  start?: (tracker: Tracker) => (() => void) | void;
}

export interface HookTable {
  on: <K extends keyof Hooks>(name: K, handler: Hooks[K]) => () => void;
  off: <K extends keyof Hooks>(name: K, handler: Hooks[K]) => void;
  /** What each handler answered, in the order in which they were registered. A handler that fails is told to `onError`. */
  call<K extends keyof Hooks>(name: K, ...args: Parameters<Hooks[K]>): ReturnType<Hooks[K]>[];
  /** Work of a plugin: undefined when it failed. */
  guarded: <T>(work: () => T) => T | undefined;
  /** Hands a value through: what a handler returns is what the next one gets; false ends it. */
  pass<T extends object>(name: 'before' | 'enrich', value: T): T | false;
}

export function createHooks(onError: (error: unknown) => void): HookTable {
  const handlers: { [K in keyof Hooks]?: Hooks[K][] } = {};
  const of = <K extends keyof Hooks>(name: K): Hooks[K][] => (handlers[name] = handlers[name] || []) as Hooks[K][];
  const guarded = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      onError(error);
      return undefined;
    }
  };
  const off: HookTable['off'] = (name, handler) => {
    const at = of(name).indexOf(handler);
    if (at >= 0) of(name).splice(at, 1);
  };
  type Loose = (...args: unknown[]) => unknown;
  return {
    off,
    guarded,
    on(name, handler) {
      of(name).push(handler);
      return () => off(name, handler);
    },
    call: (name, ...args) =>
      of(name)
        .slice()
        .map((handler) => guarded(() => (handler as Loose)(...args))) as never,
    pass(name, value) {
      let passed: typeof value | false = value;
      for (const handler of of(name).slice() as Loose[]) {
        const answer = guarded(() => handler(passed)) as typeof value | false | undefined;
        if (answer === false && name === 'before') return false;
        // `true` is what a test answers, and no event.
        if (answer && typeof answer === 'object') passed = answer;
      }
      return passed;
    },
  };
}
