import { loadScript } from '../browser/load-script.js';
import type { Start } from '../client.js';
import type { Capture } from './capture.js';
import { navigationOf } from './pages.js';

/** How a script of ours that was loaded later meets the tracker: its own element carries the way in. */
export interface Handed extends HTMLScriptElement {
  perennial?: (start: Start) => void;
}

/** What most pages do not ask for, and browsers with Web Locks and a Navigation API do not need, is a script of its own. */
export function captureLater(capture: Capture): void {
  const { options } = capture;
  const isAsked = options.clicks || options.forms || options.engagement;
  if (!isAsked && navigator.locks && navigationOf()) return;
  const script: Handed = loadScript(options, 'parts');
  script.perennial = (start) => capture.tracker.guard(start)(capture);
}
