import { readDataset, type PerennialOptions } from './browser/options.js';
import { attempt } from './core/index.js';
import { captureLater } from './capture/later.js';
import { startPerennial, type Perennial } from './client.js';

/** What the snippet leaves: options, and calls that were made before the script was there, as `[time, method, arguments]`. */
interface Snippet extends Array<[number, keyof Perennial, ArrayLike<unknown>]> {
  options?: PerennialOptions;
}

/** The embedded form: configured by the snippet or by attributes of its own tag. */
function start(): void {
  const page = window as unknown as { perennial?: Snippet | Perennial };
  const early = page.perennial;
  // Something else of that name, an element for instance, is none of ours.
  const snippet: Snippet = Array.isArray(early) ? early : [];
  const tag = (document.currentScript || document.querySelector('script[data-write-key]')) as HTMLElement | null;
  const options = snippet.options || readDataset(tag ? tag.dataset : {});
  // A page that carries the tag twice has one tracker.
  if ('stats' in snippet || !options.endpoint || !options.writeKey) return;
  let at = 0;
  const perennial = startPerennial(options, { now: () => at || Date.now() }, [captureLater]);
  for (const [time, method, args] of snippet.splice(0)) {
    // What happened while the script was under way happened then.
    at = time;
    perennial.guard(() => (perennial[method] as (...args: unknown[]) => void)(...Array.from(args)))();
  }
  at = 0;
  // Whoever kept the snippet's object in a variable talks to the tracker from now on.
  page.perennial = Object.assign(snippet, perennial);
}

// Where not even a tracker can be made, the page must not hear of it.
attempt<unknown>(start, 0);
