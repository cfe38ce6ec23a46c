import { createConsent, type Consent, type ConsentMode } from './consent.js';
import { createHooks, type HookTable } from './hooks.js';
import { createIdentity, type Identity } from './identity.js';
import type { Ports } from './ports.js';
import { createQueue, QUEUE, type Queue } from './queue.js';
import type { Counts } from './delivery.js';
import { createSender, type Sender } from './sender.js';
import type { CoreOptions } from './tracker.js';
import { createVault, type Vault } from './vault.js';

/** Everything that the parts of one tracker share. */
export interface Heart {
  ports: Ports;
  options: CoreOptions & typeof DEFAULTS;
  vault: Vault;
  consent: Consent;
  identity: Identity;
  queue: Queue;
  sender: Sender;
  hooks: HookTable;
  counts: Counts;
  now: () => number;
  fail: (error: unknown) => void;
  /** Does what the visitor's consent asks for; another tab may have got it. */
  settle: () => void;
}

const DEFAULTS = {
  flushMs: 1000,
  consentMode: 'opt-out' as ConsentMode,
  consentPurpose: 'analytics',
  sessionMinutes: 30,
};

export function createHeart(ports: Ports, given: CoreOptions): Heart {
  // An option that is undefined is one that was not given.
  const options = { ...DEFAULTS, ...(JSON.parse(JSON.stringify(given)) as CoreOptions) };
  const now = () => (ports.now ? ports.now() : Date.now());
  const counts: Counts = { sent: 0, dropped: 0, refused: 0, errors: 0 };
  const { fail, hooks } = createFailing(counts);
  const vault = createVault(ports.storage, (key) => key.startsWith(QUEUE));
  const consent = createConsent(ports.storage, options.consentMode, options.consentPurpose);
  const queue = createQueue(vault, options.writeKey, now, (count) => void (counts.dropped += count));
  const settle = createSettling(consent, vault, queue);
  const sender = createSender({
    queue,
    vault,
    counts,
    now,
    transport: ports.transport,
    turn: ports.turn && ports.turn(vault),
    writeKey: options.writeKey,
    isHeld: () => (settle(), consent.isWaiting()),
    onSent: (count) => void hooks.call('sent', count),
    onRefused: (error) => void hooks.call('error', error),
    onError: fail,
  });
  settle();
  const identity = createIdentity(vault);
  return { ports, options, vault, consent, identity, queue, sender, hooks, counts, now, fail, settle };
}

/** Errors are counted, then told to whoever listens; a listener that fails itself is counted alone. */
function createFailing(counts: Counts): { fail: (error: unknown) => void; hooks: HookTable } {
  let isTelling = false;
  const fail = (error: unknown): void => {
    counts.errors += 1;
    if (isTelling) return;
    isTelling = true;
    hooks.call('error', error);
    isTelling = false;
  };
  const hooks = createHooks(fail);
  return { fail, hooks };
}

function createSettling(consent: Consent, vault: Vault, queue: Queue): () => void {
  let wasWaiting = false;
  return () => {
    vault.keep(consent.mayStore());
    // What was held for a yes must go when the answer is no.
    if (wasWaiting && !consent.isWaiting() && !consent.maySend()) queue.remove(queue.keys());
    wasWaiting = consent.isWaiting();
  };
}
