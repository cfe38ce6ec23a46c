import { createState as createInPage } from './create.js';
import { createIdleState } from './idle.js';
import type { Base, Shape, State, StateOptions } from './state.js';

/**
 * What a page knows of its visitor, on top of a tracker. Whatever goes wrong is counted there and never reaches the page.
 * On a server there is no page, and a state that does nothing.
 */
export function createState<S extends Shape = Shape>(base: Base, options?: StateOptions): State<S> {
  if (typeof document === 'undefined') return createIdleState() as unknown as State<S>;
  return createInPage<S>(base, options);
}
