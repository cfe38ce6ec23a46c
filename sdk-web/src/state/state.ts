import type { PageDefinitions } from '@perennial/contract';
import type { Store } from 'tinybase/store';
import type { Storage, Tracker } from '../core/index.js';
import type { Decision } from './assign.js';

/** What a page knows of its own names and values; each part may be left out. */
export interface Shape {
  traits?: object;
  flags?: object;
  experiments?: object;
}

type Part<S extends Shape, K extends keyof Shape> = S[K] extends object ? S[K] : Record<string, unknown>;

/** What the state asks of the tracker; whatever the tracker's own events are. */
export type Base = Pick<Tracker, 'consent' | 'guard' | 'ids' | 'leave' | 'canStore' | 'on' | 'reset' | 'say'> & {
  use(plugin: { name: string; start: () => () => void }): () => void;
};

export interface StateOptions {
  definitions?: PageDefinitions;
  /** Where definitions lie as JSON; they are fetched once a page and kept for the next one. */
  definitionsUrl?: string;
  /** How long definitions may take; default 3000 ms. */
  timeoutMs?: number;
  /** Traits that are set one after another go out together; default 300 ms. */
  batchMs?: number;
  /** Traits that are sent but never kept beyond the page; default phone, mobile, email. */
  volatile?: string[];
  /** `?perennial_force=hero:b` shows a variation or a flag's value for this page; false turns it off. */
  forceParameter?: string | false;
  /** Another place than `localStorage`; nobody says then what other tabs did there. */
  place?: Storage;
  now?: () => number;
}

/** Cells by name. Nothing here throws; what cannot be kept is counted as an error of the tracker. */
export interface Realm<T extends object> {
  get<K extends keyof T & string>(key: K): T[K] | undefined;
  all(): Partial<T>;
  /** Undefined or null takes a value back. */
  set<K extends keyof T & string>(key: K, value: T[K] | null | undefined): void;
  set(values: { [K in keyof T]?: T[K] | null }): void;
  /** Calls on each change of one cell, or of any (null); returns its own removal. */
  on<K extends keyof T & string>(key: K, handler: (value: T[K] | undefined, key: K) => void): () => void;
  on(key: null, handler: (value: unknown, key: keyof T & string) => void): () => void;
}

export interface Experiments<T extends object> extends Realm<T> {
  /** The variation and why it was dealt, without an exposure: for tools that look on. */
  decision(key: keyof T & string): Decision | undefined;
}

export interface State<S extends Shape = Shape> {
  /** What is known of the visitor; sent by identify. */
  traits: Realm<Part<S, 'traits'>>;
  /** Answers by purpose, as the tracker has them. */
  consent: Realm<Record<string, boolean>>;
  /** Setting a flag overrides it for this visitor. */
  flags: Realm<Part<S, 'flags'>>;
  /** Variations by experiment. To get one, or to be told one by name, is to be exposed to it; setting one overrides it. */
  experiments: Experiments<Part<S, 'experiments'>>;
  /** Resolves with whether there are definitions, at the latest after so many ms (default 1000). Never rejects. */
  ready(timeoutMs?: number): Promise<boolean>;
  /** Fetches the definitions again. */
  refresh(): Promise<void>;
  /** Signs the visitor out, in the tracker too. */
  reset(): void;
  /** The TinyBase store, for its bindings to look at: tables `traits`, `consent`, `flags`, `experiments`, cell `value`. */
  store: Store;
  close(): void;
}
