import type { Choices, ConsentMode } from './consent.js';
import type { Draft, Envelope } from './envelope.js';
import type { Hooks, TrackerPlugin } from './hooks.js';
import type { Ids } from './identity.js';
import type { Fields } from './ports.js';
import type { Counts } from './delivery.js';

export interface CoreOptions {
  writeKey: string;
  /** Events wait so long for company; default 1000 ms. */
  flushMs?: number;
  consentMode?: ConsentMode;
  /** The purpose whose consent lets events be stored and sent; default `analytics`. */
  consentPurpose?: string;
  /** With `opt-in`: what happens before the answer waits in memory and is sent after a yes; otherwise it is not noted. */
  holdUntilConsent?: boolean;
  /** A pause of so many minutes ends a session; default 30, 0 turns sessions off. */
  sessionMinutes?: number;
}

/** What a single call may say beside its own matter. */
export type CallOptions = Pick<Draft, 'context' | 'timestamp' | 'messageId'>;

/** Properties may be left out when the event's type asks for none. */
export type TrackArgs<P> =
  Partial<P> extends P ? [properties?: P, options?: CallOptions] : [properties: P, options?: CallOptions];

export type AnyEvents = Record<string, Fields>;

/** What a page calls. `Events` maps names of events to the types of their properties. */
export interface Calls<Events extends object = AnyEvents> {
  track<K extends keyof Events & string>(event: K, ...args: TrackArgs<Events[K]>): void;
  page(name?: string, properties?: Fields, options?: CallOptions): void;
  screen(name?: string, properties?: Fields, options?: CallOptions): void;
  /** Says who the visitor is. Another known visitor than before gets a new anonymous id. */
  identify(userId: string, traits?: Fields, options?: CallOptions): void;
  group(groupId: string, traits?: Fields, options?: CallOptions): void;
  alias(userId: string, previousId?: string, options?: CallOptions): void;
  /** A draft as it is, for parts that build on the heart: traits of somebody who is not known yet. */
  say(draft: Draft, options?: CallOptions): void;
  /** Signs the visitor out: what follows belongs to somebody new. */
  reset(): void;
  /** Properties that every later track, page and screen carries, on later pages too. */
  register(properties: Fields): void;
  unregister(...names: string[]): void;
}

export interface Tracker<Events extends object = AnyEvents> extends Calls<Events> {
  /** Takes answers by purpose, tells the collector of a change, and returns what holds now. */
  consent(choices?: Choices): Choices;
  on<K extends keyof Hooks>(hook: K, handler: Hooks[K]): () => void;
  off<K extends keyof Hooks>(hook: K, handler: Hooks[K]): void;
  /** Adds a plugin; returns its removal. */
  use(plugin: TrackerPlugin<Tracker<Events>>): () => void;
  flush(): Promise<void>;
  ids(): Ids;
  /** What is queued, the oldest first. */
  pending(): Envelope[];
  stats(): Counts & { queued: number };
  /** For signals of the platform: the page may be gone in a moment; it is back, or the network is. */
  leave: () => void;
  wake: () => void;
  /** Whether anything may be kept beyond the page at this moment. */
  canStore: () => boolean;
  /** Wraps work that belongs to the tracker: a failure is counted and never reaches the page. */
  guard: <A extends unknown[]>(work: (...args: A) => void) => (...args: A) => void;
  /** Undoes every timer and plugin. What is queued stays for the next page. */
  close: () => void;
}
