import type { LogHeader, RequestFacts } from '@perennial/contract';
import type { Context } from 'hono';
import type { ForeignForm } from './adapters/foreign.js';
import type { InFlight } from './in-flight.js';
import type { Metrics } from './metrics.js';
import type { Glance } from './parse.js';
import type { PolicyInForce } from './policy/in-force.js';
import type { Received } from './receive.js';

/** The source that a write key belongs to, and its settings where core told them. */
export interface KnownKey {
  sourceId: string;
  policy?: PolicyInForce;
}

/** `unready` while no list of keys was ever had. */
export type KeyAnswer = KnownKey | 'unknown' | 'unready';

/** What the app needs of the place that it runs in. */
export interface CollectorDeps {
  /** How requests come in: `receiveWeb`, or the runtime's own way. */
  receive(context: Context): Received;
  sourceOf(writeKey: string): KeyAnswer | Promise<KeyAnswer>;
  /** Keeps a request; resolves when it is safe on disk. Throws `Full` when there is no room. */
  keep(header: LogHeader, body: Uint8Array): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  glance?: Glance;
  /** What user agent and (whole) address tell. Needs large tables, so a host that must stay small leaves it out. */
  factsOf?(userAgent: string | undefined, address: string | undefined): RequestFacts;
  /** Forms that are not ours, by the path that their clients send to. */
  foreign?: Record<string, ForeignForm>;
  truncatesIp: boolean;
  /** How many proxies of ours stand before the collector; 0 when absent. */
  proxies?: number;
  inFlight: InFlight;
  metrics: Metrics;
  /** True once the process is about to go: balancers should send elsewhere, though requests are still taken. */
  isLeaving?(): boolean;
}

/** Thrown by `keep`: accepted requests would not fit; the client should come back in `retryAfter` seconds. */
export class Full extends Error {
  constructor(readonly retryAfter: number) {
    super('no room to keep the request');
  }
}
