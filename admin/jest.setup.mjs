// What jsdom lacks and the component library and the router ask for.
import { TextDecoder, TextEncoder } from 'node:util';

Object.assign(globalThis, { TextEncoder, TextDecoder });
globalThis.matchMedia ??= (query) => ({
  matches: false,
  media: query,
  addListener() {},
  removeListener() {},
  addEventListener() {},
  removeEventListener() {},
  dispatchEvent: () => false,
});
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
// Node's own channel would keep the worker alive after the last test.
globalThis.MessageChannel ??= class {
  port1 = { onmessage: () => undefined };
  port2 = { postMessage: () => setTimeout(() => this.port1.onmessage()) };
};
globalThis.scrollTo = () => undefined;
// jsdom would match every rule of the component library's sheets for each element asked about: minutes for a few pages.
globalThis.getComputedStyle = (element) => element.style;
// Charts draw into the void.
const pen = new Proxy(
  {},
  { get: (_, verb) => () => (verb === 'measureText' ? { width: 0 } : undefined), set: () => true },
);
globalThis.HTMLCanvasElement.prototype.getContext = () => pen;
