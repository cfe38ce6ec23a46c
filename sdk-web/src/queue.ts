import type { Storage } from './storage.js';

export interface Queued {
  messageId: string;
  [key: string]: unknown;
}

const PREFIX = 'perennial.q.';
/** Oldest events go first when a visitor stays offline for ever. */
const MAX_EVENTS = 1000;

/**
 * Events that are not sent yet, one entry each, so that tabs that write at the same moment lose nothing of each other.
 * An entry is removed only after the collector has answered; one that two tabs send at once is recognised by its
 * `messageId` and applied once.
 */
export class Queue {
  private keys: string[] = [];
  private counter = 0;

  constructor(
    private readonly storage: Storage,
    private readonly listKeys: () => string[],
  ) {
    this.reload();
  }

  add(event: Queued): void {
    const key = `${PREFIX}${Date.now()}.${String(this.counter++).padStart(6, '0')}.${event.messageId}`;
    this.storage.set(key, JSON.stringify(event));
    this.keys.push(key);
    while (this.keys.length > MAX_EVENTS) this.remove([this.keys[0]!]);
  }

  /** The oldest events, at most `limit`, with the keys to remove them by. */
  take(limit: number): { keys: string[]; events: Queued[] } {
    const keys = this.keys.slice(0, limit);
    const found = keys.map((key) => this.storage.get(key));
    return { keys, events: found.filter((text) => text !== null).map((text) => JSON.parse(text) as Queued) };
  }

  remove(keys: string[]): void {
    for (const key of keys) this.storage.remove(key);
    this.keys = this.keys.filter((key) => !keys.includes(key));
  }

  /** Finds what an earlier page or another tab left behind. */
  reload(): void {
    const left = this.listKeys().filter((key) => key.startsWith(PREFIX));
    this.keys = [...new Set([...left, ...this.keys])].sort();
  }

  get size(): number {
    return this.keys.length;
  }
}

/** Keys of `localStorage`, or none where it is forbidden: then the queue knows its own keys alone. */
export function localKeys(): string[] {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}
