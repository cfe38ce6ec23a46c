import { campaignOf, contextOf, LIBRARY } from './context.js';
import { createTracker, type AnyEvents, type CoreOptions, type Tracker } from './core/index.js';
import { localPlace } from './storage.js';
import { createTransport } from './transport.js';

export interface PerennialOptions extends CoreOptions {
  /** The collector's address, e.g. `https://events.example.com`. */
  endpoint: string;
}

export type Perennial<Events extends object = AnyEvents> = Tracker<Events>;

/** The tracker of a page. */
export function createPerennial<Events extends object = AnyEvents>(options: PerennialOptions): Perennial<Events> {
  const tracker = createTracker<Events>(
    {
      storage: localPlace(),
      transport: createTransport(options.endpoint),
      library: LIBRARY,
      context: contextOf,
      campaign: campaignOf,
    },
    options,
  );
  const unlisten = listen(tracker);
  const { close } = tracker;
  return {
    ...tracker,
    close() {
      unlisten();
      close();
    },
  };
}

/** Sends when the visitor leaves and when the network comes back. Returns the removal. */
function listen({ leave, wake }: Pick<Tracker, 'leave' | 'wake'>): () => void {
  addEventListener('pagehide', leave);
  addEventListener('online', wake);
  return () => {
    removeEventListener('pagehide', leave);
    removeEventListener('online', wake);
  };
}
