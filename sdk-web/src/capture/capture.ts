import type { PageContext } from '../browser/context.js';
import type { Listening } from '../browser/listening.js';
import type { PerennialOptions } from '../browser/options.js';
import type { Tracker } from '../core/index.js';

/** What every kind of automatic capture works with. */
export interface Capture {
  tracker: Tracker;
  listening: Listening;
  options: PerennialOptions;
  context: PageContext;
  /** Work to be done before the visitor leaves a page, whether the document goes with it or not. */
  beforeLeave: (() => void)[];
}
