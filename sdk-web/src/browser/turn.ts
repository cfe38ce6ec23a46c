import { randomId, type Storage, type Turn } from '../core/index.js';

const LEASE = 'lease';
/** A tab that dies in the middle of sending holds the others up for so long. */
const LEASE_MS = 30_000;
/** Long enough for another tab's word to get from its process to ours. */
const SETTLE_MS = 50;

/**
 * One tab sends at a time. Web Locks decide where there are any; the lease in the shared storage decides elsewhere, and
 * says at once, when a page is left, whether another tab is at it. Nothing is held longer than one round of sending:
 * browsers do not keep a page that holds a lock for the way back. A turn that is taken twice costs a request, no more:
 * events are known by their `messageId`.
 */
export function createTurn(name: string): (storage: Storage) => Turn {
  const me = randomId();
  return (storage) => {
    const holder = () => (storage.get(LEASE) || '').split(' ');
    const mark = () => storage.set(LEASE, `${me} ${Date.now() + LEASE_MS}`);
    const isTaken = () => {
      const [tab, until] = holder();
      const left = Number(until) - Date.now();
      return tab !== me && left > 0 && left <= LEASE_MS;
    };
    const release = () => {
      if (holder()[0] === me) storage.remove(LEASE);
    };
    const run = async (work: () => Promise<void>) => {
      mark();
      try {
        await work();
      } finally {
        release();
      }
    };
    const take = async (work: () => Promise<void>) => {
      let isMine: boolean | undefined;
      try {
        await navigator.locks.request(`perennial.${name}`, { ifAvailable: true }, (lock) => {
          isMine = lock !== null;
          return isMine ? run(work) : undefined;
        });
      } catch (error) {
        if (isMine) throw error;
      }
      // No locks here, or a sandboxed frame that has the word and not the thing.
      if (isMine === undefined && !isTaken()) {
        mark();
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        isMine = !isTaken();
        if (isMine) await run(work);
      }
      return isMine === true;
    };
    return { take, isTaken, release };
  };
}
