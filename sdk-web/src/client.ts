import { arrivalOf, campaignOf } from './browser/arrival.js';
import { createContext, LIBRARY } from './browser/context.js';
import { createListening } from './browser/listening.js';
import { withSignals, type PerennialOptions } from './browser/options.js';
import { loadScript } from './browser/load-script.js';
import { createPlace } from './browser/place.js';
import { createTransport } from './browser/transport.js';
import { createTurns } from './browser/turn.js';
import type { Capture } from './capture/capture.js';
import { captureClicks } from './capture/clicks.js';
import { capturePages } from './capture/pages.js';
import { createTracker, type AnyEvents, type Ports, type Tracker } from './core/index.js';

export interface Perennial<Events extends object = AnyEvents> extends Tracker<Events> {
  /** Calls back with the tracker: at once here, and when the script has come where only the snippet is there. */
  ready(call: (perennial: Perennial<Events>) => void): void;
  /** Loads the overlay that shows what the tracker does. */
  debug: () => void;
}

/** One kind of what is captured without a call. */
export type Start = (capture: Capture) => void;

/** The tracker of a page, which captures what every page needs and `more`. */
export function startPerennial<Events extends object = AnyEvents>(
  given: PerennialOptions,
  ports: Partial<Ports>,
  more: Start[],
): Perennial<Events> {
  const options = withSignals({ ...given, endpoint: (given.endpoint || '').replace(/\/+$/, '') });
  const { hash } = options;
  const context = createContext(hash);
  const turns = createTurns(options.writeKey);
  const tracker = createTracker<Events>(
    {
      storage: createPlace(options.cookieDomain),
      transport: createTransport(options.endpoint),
      library: LIBRARY,
      context,
      campaign: campaignOf,
      arrival: (storage) => arrivalOf(storage, hash),
      turn: turns.of,
      ...ports,
    },
    options,
  );
  const listening = createListening(tracker.guard);
  const beforeLeave: (() => void)[] = [];
  const capture: Capture = { tracker, listening, options, context, turns, beforeLeave };
  const perennial: Perennial<Events> = {
    ...tracker,
    ready: (call) => tracker.guard(call)(perennial),
    debug: tracker.guard(() => void loadScript(options, 'debug')),
    close() {
      for (const undo of listening.undo.splice(0)) undo();
      tracker.close();
    },
  };
  for (const start of [capturePages, captureClicks, ...more, watchLeaving]) tracker.guard(start)(capture);
  return perennial;
}

/** The last chance comes without a warning: a phone's browser may be killed once it is hidden. */
function watchLeaving({ tracker, listening, beforeLeave }: Capture): void {
  const leave = () => {
    for (const work of beforeLeave) work();
    tracker.leave();
  };
  listening.on(window, 'pagehide', leave);
  listening.on(window, 'online', tracker.wake);
  listening.on(document, 'visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave();
    else void tracker.flush();
  });
}
