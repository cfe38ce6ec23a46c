import type { Tracker } from '../core/index.js';

/** Listens to the page; whatever a handler throws is counted and stays here. */
export interface Listening {
  on: (target: EventTarget, types: string, handler: (event: Event) => void) => void;
  undo: (() => void)[];
}

/** In the capturing phase and passive: a page that stops an event for itself does not stop it for us, and we stop nothing. */
const HOW = { capture: true, passive: true };

export function createListening(guard: Tracker['guard']): Listening {
  const undo: (() => void)[] = [];
  return {
    undo,
    on(target, types, handler) {
      const guarded = guard(handler);
      for (const type of types.split(' ')) {
        target.addEventListener(type, guarded, HOW);
        undo.push(() => target.removeEventListener(type, guarded, HOW));
      }
    },
  };
}
