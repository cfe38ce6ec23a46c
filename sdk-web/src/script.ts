import { createPerennial, type Perennial } from './client.js';

/** Calls that a page made before the script was there: `[method, ...arguments]`. */
type Call = [keyof Perennial, ...unknown[]];

interface Page {
  perennial?: Perennial | { q?: Call[] };
}

/** The embedded form: configured by attributes of its own tag, says the first page view by itself. */
function start(): void {
  const { dataset } = document.currentScript as HTMLScriptElement;
  const { endpoint, writeKey } = dataset;
  if (!endpoint || !writeKey) return;
  const page = window as unknown as Page;
  const early = page.perennial && 'q' in page.perennial ? (page.perennial.q ?? []) : [];
  const perennial = createPerennial({ endpoint, writeKey });
  page.perennial = perennial;
  for (const [method, ...args] of early) (perennial[method] as (...args: unknown[]) => void)(...args);
  if (dataset['auto'] !== 'off') perennial.page();
}

start();
