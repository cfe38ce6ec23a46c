import type { PerennialOptions } from './browser/options.js';
import { PARTS } from './capture/parts.js';
import { startPerennial, type Perennial } from './client.js';
import type { AnyEvents, Ports } from './core/index.js';
import { createIdle } from './idle.js';

interface Open {
  options: string;
  perennial: Perennial<never>;
}

/** Trackers of this page that are not closed. */
const opened: Open[] = [];

/**
 * The tracker of a page. Frameworks start a component twice, some without ending the first: the same options give the
 * tracker that is there. On a server there is no page, and a tracker that does nothing.
 */
export function createPerennial<Events extends object = AnyEvents>(
  given: PerennialOptions,
  ports: Partial<Ports> = {},
): Perennial<Events> {
  if (typeof document === 'undefined') return createIdle<Events>();
  const options = JSON.stringify(given);
  const known = opened.find((open) => open.options === options);
  if (known) return known.perennial;
  const perennial = startPerennial<Events>(given, ports, PARTS);
  const open: Open = { options, perennial };
  opened.push(open);
  const { close } = perennial;
  perennial.close = () => {
    if (opened.includes(open)) opened.splice(opened.indexOf(open), 1);
    close();
  };
  return perennial;
}
