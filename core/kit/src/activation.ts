import 'reflect-metadata';
import type { JsonObject, PlatformError, Text } from '@perennial/contract';
import type { OptionsClass } from './options.js';
import type { ProfileView } from './profile.view.js';

export interface DeliveryItem<P extends object = JsonObject> {
  /** The same over all attempts: the receiver's idempotency key. */
  id: string;
  attempt: number;
  /** Why it is sent: the hook that fired and its payload. */
  cause: { hook: string; payload: JsonObject; at: number };
  profile: ProfileView;
  payload: P;
}

/**
 * What became of one item. `failed` is tried again (after `retryAfterMs` when the receiver named it); `rejected` never
 * is; `disabled` says that the receiver wants nothing more, so the destination is switched off.
 */
export type DeliveryResult =
  | { status: 'sent'; ref?: string }
  | { status: 'failed'; error: PlatformError; retryAfterMs?: number }
  | { status: 'rejected'; error: PlatformError }
  | { status: 'disabled'; error: PlatformError };

/** A way to act toward people. Answers per item, in order; a thrown error counts as `failed` for the whole batch. */
export interface Activation<D extends object = object, P extends object = JsonObject> {
  deliver(batch: DeliveryItem<P>[], destination: D, signal: AbortSignal): Promise<DeliveryResult[]>;
}

export interface ActivationFacts {
  key: string;
  title: Text;
  /** The consent that it needs, checked at send time; absent for machine-to-machine channels. */
  consent?: string;
  /** One configured place to deliver to: its address and secrets. */
  destination: OptionsClass;
  /** What a trigger fills in per delivery. */
  payload?: OptionsClass;
  /** Items per call. */
  batchSize: number;
  /** Waits between attempts in seconds; after the last one the delivery is dead. */
  retrySeconds: number[];
  /** A call longer than this is aborted and counts as failed. */
  timeoutMs: number;
  needs?: 'identifiers'[];
}

const ACTIVATION = Symbol('perennial:activation');

export const Activate =
  (facts: ActivationFacts): ClassDecorator =>
  (target) =>
    Reflect.defineMetadata(ACTIVATION, facts, target);

export const activationFacts = (target: object): ActivationFacts | undefined =>
  Reflect.getMetadata(ACTIVATION, target) as ActivationFacts | undefined;
