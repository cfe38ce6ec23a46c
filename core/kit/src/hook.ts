import 'reflect-metadata';
import type { HookMap, HookName } from '@perennial/contract';

const HANDLERS = Symbol('perennial:hooks');

export interface HookHandler {
  hook: HookName;
  method: string;
}

type Handles<N extends HookName> = TypedPropertyDescriptor<(payload: HookMap[N]) => void | Promise<void>>;

/** Marks a method that hears a hook, after the commit and at least once. A hook or payload that does not exist does not compile. */
export const On =
  <N extends HookName>(hook: N) =>
  (target: object, method: string, _descriptor: Handles<N>): void => {
    const known = hookHandlers(target.constructor);
    Reflect.defineMetadata(HANDLERS, [...known, { hook, method }], target.constructor);
  };

export const hookHandlers = (target: object): HookHandler[] =>
  (Reflect.getMetadata(HANDLERS, target) as HookHandler[] | undefined) ?? [];
