import { attempt } from './vendor.js';

/** A definition that a program hands to `App`, `Page` or `Component`. */
export type Definition = Record<string, unknown>;
export type Handler = (this: unknown, ...args: unknown[]) => unknown;

/** A global constructor of the runtime, which may be a name of the file's scope and no property of anything. */
export type Slot = [get: () => Handler, set: (value: Handler) => void];

const wrapped = new WeakSet<Handler>();

/** A proxy, so that whatever else the function is, also a class, it stays. */
const proxy = (base: Handler, apply: (own: () => unknown, self: unknown, args: unknown[]) => unknown): Handler =>
  new Proxy(base, {
    apply: (target, self, args: unknown[]) => apply(() => Reflect.apply(target, self, args), self, args),
  });

/** Puts a wrapper around one of a definition's functions, or brings a function where there is none; once, however often it is used. */
export function around(definition: Definition, name: string, work: Parameters<typeof proxy>[1]): void {
  const own = (definition[name] || function () {}) as Handler;
  if (wrapped.has(own)) return;
  const handler = proxy(own, work);
  wrapped.add(handler);
  definition[name] = handler;
}

/** Shows every definition to `observe` before the runtime's constructor gets it. Returns the undoing. */
export function wrapConstructor([get, set]: Slot, observe: (definition: Definition) => void): () => void {
  const original = attempt<Handler | undefined>(get, undefined);
  if (!original) return () => {};
  const handler = proxy(original, (own, _, [definition]) => {
    observe(Object(definition) as Definition);
    return own();
  });
  set(handler);
  return () => {
    // Whoever wrapped it after us keeps a wrapper that does nothing more.
    if (get() === handler) set(original);
  };
}
