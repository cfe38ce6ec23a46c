import { createState } from './create.js';
import type { Base, State } from './state.js';

type Wish = (state: State) => void;

interface Page {
  perennial?: { use(plugin: { name: string; start: (base: Base) => void }): void } | unknown[];
  /** Before this script ran: functions that a page wants called with the state. */
  perennialState?: State | Wish[];
}

/** The embedded form, beside the tracker's own tag in either order; configured by attributes of its tag. */
function start(): void {
  const { definitions } = (document.currentScript as HTMLElement).dataset;
  const page = window as unknown as Page;
  const early = page.perennialState;
  // A page that carries the tag twice has one state.
  if (early && !Array.isArray(early)) return;
  const begin = (base: Base) => {
    const state = createState(base, definitions ? { definitionsUrl: definitions } : {});
    page.perennialState = Object.assign(state, { push: (wish: Wish) => base.guard(() => wish(state))() });
    for (const wish of early || []) base.guard(() => wish(state))();
  };
  const tracker = (page.perennial = page.perennial || []);
  const plugin = { name: 'state-script', start: begin };
  // A tracker, or the snippet's stand-in for one; otherwise the call waits as the snippet's calls do.
  if ('use' in tracker) tracker.use(plugin);
  else tracker.push([Date.now(), 'use', [plugin]]);
}

start();
