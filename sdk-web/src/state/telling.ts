import { attempt, type Envelope } from '../core/index.js';
import type { Book } from './book.js';
import { CELL_BYTES } from './entry.js';
import type { Base } from './state.js';

/** An event may have 32 kB; some of it is context. */
const PER_EVENT = Math.floor(25_000 / CELL_BYTES);

export interface Telling {
  /** Tells the collector soon, with whatever else changes until then. */
  schedule: () => void;
  /** Now; whether there was anything to tell. */
  tell: () => boolean;
  landed: (event: Envelope) => void;
  close: () => void;
}

/** Sends the traits that the collector has not heard of. One is told when its event is in the queue, not before. */
export function createTelling(base: Base, book: Book, change: (work: () => void) => void, batchMs: number): Telling {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ours: string[] | undefined;
  const close = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const say = (keys: string[]) => {
    ours = keys;
    const traits: Record<string, unknown> = {};
    for (const key of keys) traits[key] = book.entry('traits', key)![0];
    base.say({ type: 'identify', traits });
    ours = undefined;
  };
  const tell = () => {
    close();
    const keys = book.store.getRowIds('traits').filter((key) => !book.entry('traits', key)![3]);
    for (let at = 0; at < keys.length; at += PER_EVENT) say(keys.slice(at, at + PER_EVENT));
    return keys.length > 0;
  };
  const landed = ({ type, traits = {} }: Envelope) => {
    if (type !== 'identify') return;
    const told = ours;
    change(() => {
      // What the page itself told is known here too, where it fits.
      for (const key of told || Object.keys(traits))
        attempt(() => book.set('traits', key, told ? book.get('traits', key) : traits[key], true), undefined);
    });
  };
  return {
    tell,
    landed,
    close,
    schedule: () => void (timer = timer || setTimeout(tell, batchMs)),
  };
}
