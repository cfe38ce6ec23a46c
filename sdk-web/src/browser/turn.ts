import { randomId, type Storage, type Turn } from '../core/index.js';

/** A tab that dies in the middle of sending holds the others up for so long. */
const LEASE_MS = 30_000;
/** For another tab's word to get from its process to ours; where it takes longer, something is sent twice and applied once. */
const SETTLE_MS = 100;

type Work = () => Promise<void>;

/**
 * What other tabs left behind is sent by one tab. Web Locks decide where there are any, a lease in the shared storage
 * elsewhere. Neither is held longer than one round of sending: browsers do not keep a page that holds a lock for the way
 * back.
 */
export const createTurn =
  (name: string) =>
  (storage: Storage): Turn => ({
    take: navigator.locks ? (work) => byLock(name, work) : byLease(storage, `lease.${name}`),
  });

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

function byLease(storage: Storage, lease: string): Turn['take'] {
  const me = randomId();
  const isTaken = () => {
    const [tab, until] = (storage.get(lease) || '').split(' ');
    const left = Number(until) - Date.now();
    return tab !== me && left > 0 && left <= LEASE_MS;
  };
  return async (work) => {
    if (isTaken()) return false;
    storage.set(lease, `${me} ${Date.now() + LEASE_MS}`);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    if (isTaken()) return false;
    try {
      await work();
    } finally {
      storage.remove(lease);
    }
    return true;
  };
}
