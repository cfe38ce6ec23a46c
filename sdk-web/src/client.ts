import { contextOf } from './context.js';
import { randomId } from './ids.js';
import { localKeys, Queue } from './queue.js';
import { Sender } from './sender.js';
import { openStorage, type Storage } from './storage.js';

export interface PerennialOptions {
  /** The collector's address, e.g. `https://events.example.com`. */
  endpoint: string;
  writeKey: string;
  /** Events that are not urgent wait so long for company; default 1000 ms. */
  flushMs?: number;
}

export interface Perennial {
  track(event: string, properties?: Record<string, unknown>): void;
  page(name?: string, properties?: Record<string, unknown>): void;
  identify(userId: string, traits?: Record<string, unknown>): void;
  group(groupId: string, traits?: Record<string, unknown>): void;
  alias(userId: string, previousId?: string): void;
  /** Signs the visitor out: what follows belongs to somebody new. */
  reset(): void;
  flush(): Promise<void>;
  stats(): { queued: number; sent: number; dropped: number; errors: number };
  /** Undoes every listener and timer. What is queued stays for the next page. */
  close(): void;
}

const ANONYMOUS = 'perennial.anonymous';
const USER = 'perennial.user';

/** The tracker. Whatever goes wrong within it is counted and never reaches the page. */
export function createPerennial({ endpoint, writeKey, flushMs = 1000 }: PerennialOptions): Perennial {
  const storage = openStorage();
  const queue = new Queue(storage, localKeys);
  const sender = new Sender(queue, `${endpoint.replace(/\/$/, '')}/v1/batch`, writeKey);
  const guarded =
    <A extends unknown[]>(work: (...args: A) => void) =>
    (...args: A): void => {
      try {
        work(...args);
      } catch {
        sender.counts.errors += 1;
      }
    };
  const push = (fields: Record<string, unknown>): void => {
    queue.add({
      ...whoIs(storage),
      messageId: randomId(),
      timestamp: new Date().toISOString(),
      context: contextOf(),
      ...fields,
    });
    sender.schedule(flushMs);
  };
  const unlisten = listen(queue, sender, guarded);
  if (queue.size > 0) sender.schedule(0);
  return {
    ...acts(push, storage, guarded),
    flush: () => sender.flush(),
    stats: () => ({ queued: queue.size, ...sender.counts }),
    close: () => {
      unlisten();
      sender.close();
    },
  };
}

type Guarded = <A extends unknown[]>(work: (...args: A) => void) => (...args: A) => void;

const acts = (push: (fields: Record<string, unknown>) => void, storage: Storage, guarded: Guarded) => ({
  track: guarded((event: string, properties: Record<string, unknown> = {}) =>
    push({ type: 'track', event, properties }),
  ),
  page: guarded((name?: string, properties: Record<string, unknown> = {}) =>
    push({ type: 'page', ...(name !== undefined && { name }), properties }),
  ),
  group: guarded((groupId: string, traits: Record<string, unknown> = {}) => push({ type: 'group', groupId, traits })),
  identify: guarded((userId: string, traits: Record<string, unknown> = {}) => {
    storage.set(USER, userId);
    push({ type: 'identify', traits });
  }),
  alias: guarded((userId: string, previousId?: string) => {
    push({ type: 'alias', userId, previousId: previousId ?? anonymousIdOf(storage) });
    storage.set(USER, userId);
  }),
  reset: guarded(() => {
    storage.remove(USER);
    storage.remove(ANONYMOUS);
  }),
});

function whoIs(storage: Storage): Record<string, string> {
  const userId = storage.get(USER);
  return { ...(userId !== null && { userId }), anonymousId: anonymousIdOf(storage) };
}

function anonymousIdOf(storage: Storage): string {
  const known = storage.get(ANONYMOUS) ?? randomId();
  storage.set(ANONYMOUS, known);
  return known;
}

/** Sends when the visitor leaves and when the network comes back. Returns the removal. */
function listen(queue: Queue, sender: Sender, guarded: Guarded): () => void {
  const onLeave = guarded(() => sender.beacon());
  const onOnline = guarded(() => {
    queue.reload();
    sender.schedule(0);
  });
  addEventListener('pagehide', onLeave);
  addEventListener('online', onOnline);
  return () => {
    removeEventListener('pagehide', onLeave);
    removeEventListener('online', onOnline);
  };
}
