import { attempt } from './vendor.js';
import type { Handler, Slot } from './wrap.js';

declare let App: Handler;
declare let Page: Handler;
declare let Component: Handler;
declare const getCurrentPages: () => PageInstance[];

/** A page as the runtime made it. */
export interface PageInstance {
  route?: string;
  __route__?: string;
  options?: unknown;
}

/** The runtime's constructors, as free names: in some runtimes they are no properties of a global object. */
export interface Scope {
  app: Slot;
  page: Slot;
  component: Slot;
  top: () => PageInstance | undefined;
}

export const SCOPE: Scope = {
  app: [() => App, (value) => void (App = value)],
  page: [() => Page, (value) => void (Page = value)],
  component: [() => Component, (value) => void (Component = value)],
  top: () => attempt<PageInstance[]>(() => getCurrentPages(), []).slice(-1)[0],
};
