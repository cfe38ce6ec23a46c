import type { PageContext } from '../browser/context.js';
import type { Listening } from '../browser/listening.js';
import type { PerennialOptions } from '../browser/options.js';
import type { Turns } from '../browser/turn.js';
import type { Tracker } from '../core/index.js';

/** What every kind of automatic capture works with. */
export interface Capture {
  tracker: Tracker;
  listening: Listening;
  options: PerennialOptions;
  context: PageContext;
  turns: Turns;
  /** Looks whether the address is another one, where pages are captured. */
  moved?: () => void;
  /** Work to be done before the visitor leaves a page, whether the document goes with it or not. */
  beforeLeave: (() => void)[];
}
