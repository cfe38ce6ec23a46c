import { randomId } from './ids.js';
import { readSession, SESSION } from './session.js';
import type { Vault } from './vault.js';

export interface Ids {
  anonymousId: string;
  userId?: string;
  groupId?: string;
  sessionId?: string;
}

export interface Identity {
  ids: () => Ids;
  identify(userId: string): void;
  alias(userId: string): void;
  group(groupId: string): void;
  /** Forgets who this is. */
  reset(): void;
}

export const ANONYMOUS = 'anonymous';
export const USER = 'user';
export const GROUP = 'group';

export function createIdentity(vault: Vault): Identity {
  let isRenewed = false;
  /** Written once a page even when known, because some browsers forget what was not written for a week. */
  const anonymousId = () => {
    const known = vault.get(ANONYMOUS);
    const id = known || randomId();
    if (!known || !isRenewed) vault.set(ANONYMOUS, id);
    isRenewed = true;
    return id;
  };
  const forget = (...keys: string[]) => keys.forEach((key) => vault.remove(key));
  return {
    ids() {
      const [userId, groupId, session] = [vault.get(USER), vault.get(GROUP), readSession(vault)];
      return {
        anonymousId: anonymousId(),
        ...(userId && { userId }),
        ...(groupId && { groupId }),
        ...(session && { sessionId: session.id }),
      };
    },
    identify(userId) {
      const known = vault.get(USER);
      if (known && known !== userId) forget(ANONYMOUS, GROUP, SESSION);
      vault.set(USER, userId);
    },
    alias: (userId) => vault.set(USER, userId),
    group: (groupId) => vault.set(GROUP, groupId),
    reset: () => forget(USER, ANONYMOUS, GROUP, SESSION),
  };
}
