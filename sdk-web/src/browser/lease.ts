import { randomId, type Storage, type Turn } from '../core/index.js';

/** A tab that dies in the middle of sending holds the others up for so long. */
const LEASE_MS = 30_000;
/** For another tab's word to get from its process to ours; where it takes longer, something is sent twice and applied once. */
const SETTLE_MS = 100;

/** A word in the shared storage says whose turn it is, and until when. */
export function createLease(storage: Storage, name: string): Turn['take'] {
  const lease = `lease.${name}`;
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
