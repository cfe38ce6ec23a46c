import type { Storage, Turn } from '../core/index.js';

type Work = () => Promise<void>;

/** Whose turn it is among the tabs of a page. */
export interface Turns {
  of: (storage: Storage) => Turn;
  /** Takes turns where there are no Web Locks; until it is there, what others left behind waits. */
  lease?: Turn['take'];
  /** What a lease is made of. */
  storage?: Storage;
}

/**
 * What other tabs left behind is sent by one tab. Web Locks decide where there are any, a lease in the shared storage
 * elsewhere. Neither is held longer than one round of sending: browsers do not keep a page that holds a lock for the way
 * back.
 */
export function createTurns(name: string): Turns {
  const byLease = async (work: Work) => (turns.lease ? turns.lease(work) : false);
  const turns: Turns = {
    of(storage) {
      turns.storage = storage;
      return { take: navigator.locks ? (work) => byLock(name, work) : byLease };
    },
  };
  return turns;
}

async function byLock(name: string, work: Work): Promise<boolean> {
  let isMine: boolean | undefined;
  const began = navigator.locks.request(`perennial.${name}`, { ifAvailable: true }, (lock) => {
    isMine = lock !== null;
    return isMine ? work() : undefined;
  });
  await began.catch((error) => {
    if (isMine !== undefined) throw error;
    // A sandboxed frame has the word and not the thing, and nobody to share its storage with.
    isMine = true;
    return work();
  });
  return isMine === true;
}
