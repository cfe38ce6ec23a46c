import { createTracker, type AnyEvents, type Counts, type Tracker } from '@perennial/sdk-web/core';
import { createCapture, type Capture } from './capture.js';
import { createDevice } from './device.js';
import { createExternalIds, type VendorIds } from './external-ids.js';
import { createObservers } from './observe.js';
import type { MiniOptions } from './options.js';
import { createPrivacy, type PrivacyListener } from './privacy.js';
import type { Scope } from './scope.js';
import { createStorage } from './storage.js';
import { createTransport, type MiniTransport } from './transport.js';
import { ask, type Found } from './vendor.js';
import { wrapConstructor, type Definition } from './wrap.js';

const LIBRARY = { name: 'perennial-mini', version: '0.1.0' };
const TIMEOUT_MS = 10_000;

/** Puts the wrappers into one definition and gives it back. */
type Observe = <T extends object>(definition: T) => T;

export interface Perennial<Events extends object = AnyEvents> extends Omit<
  Tracker<Events>,
  'stats' | 'leave' | 'wake'
> {
  /** What the program learned of the visitor from its vendor; every later event says it. */
  setIds(ids: VendorIds): void;
  /** For runtimes whose constructors cannot be replaced: `Page(perennial.observe.page({ ... }))`. */
  observe: Record<'app' | 'page' | 'component', Observe>;
  /** Put around the program's listener for `wx.onNeedPrivacyAuthorization`. */
  privacy(listener: PrivacyListener): PrivacyListener;
  /** `blocked` says why the vendor lets nothing through: the domain is not on the program's list. */
  stats(): Counts & { queued: number; blocked?: string };
}

/** The tracker of a mini program. */
export function createMini<Events extends object = AnyEvents>(
  found: Found,
  scope: Scope,
  options: MiniOptions,
): Perennial<Events> {
  const { consent: consentMode = 'opt-out', consentPurpose = 'analytics' } = options;
  const storage = createStorage(found);
  const transport = createTransport(found, options.endpoint, options.timeoutMs || TIMEOUT_MS);
  const device = createDevice(found, options.appid);
  const tracker: Tracker = createTracker(
    {
      storage,
      transport,
      library: LIBRARY,
      context: () => ({ ...device.context(), page: capture.page() }),
      campaign: () => capture.entry().campaign,
      arrival: () => capture.entry().facts,
    },
    { ...options, consentMode, consentPurpose },
  );
  const may = (unless: boolean): boolean => {
    const answer = tracker.consent()[consentPurpose];
    return answer === undefined ? unless : answer;
  };
  const ids = createExternalIds(found.vendor, storage, device.appId, () => may(consentMode === 'opt-out'));
  const privacy = createPrivacy(found.api, options.privacy === true, tracker, consentPurpose);
  const mayTell = () => may(consentMode !== 'opt-in');
  const capture = createCapture({ found, scope, options, tracker, privacy, mayTell });
  tracker.on('consent', ids.keep);
  tracker.on('enrich', ({ context }) => {
    const all = ids.all().concat((context['externalIds'] as []) || []);
    if (all.length > 0) context['externalIds'] = all;
  });
  const { observe, undo } = takePlace(found, scope, tracker, capture);
  return {
    ...(tracker as unknown as Tracker<Events>),
    observe,
    privacy: privacy.hearing,
    setIds: tracker.guard((more: VendorIds) => {
      if (ids.set(more)) tracker.track('$bind');
    }),
    reset() {
      tracker.reset();
      tracker.guard(ids.forget)();
    },
    stats: () => statsOf(tracker, transport),
    close() {
      undo();
      tracker.close();
    },
  };
}

function statsOf(tracker: Tracker, { repeats, blocked }: MiniTransport): ReturnType<Perennial['stats']> {
  const stats = tracker.stats();
  return { ...stats, errors: stats.errors - repeats, ...(blocked && { blocked }) };
}

/** Takes the tracker's place in the runtime; `undo` leaves it as it was found, with wrappers that do nothing more. */
function takePlace(
  { api }: Found,
  scope: Scope,
  tracker: Tracker,
  capture: Capture,
): { observe: Perennial['observe']; undo: () => void } {
  let isOn = true;
  const guard: Tracker['guard'] = (work) => tracker.guard((...args) => void (isOn && work(...args)));
  const undos: (() => void)[] = [];
  const observers = createObservers({ ...capture, guard });
  const observe = {} as Perennial['observe'];
  for (const slot of ['app', 'page', 'component'] as const) {
    const observer = guard(observers[slot]);
    observe[slot] = (definition) => {
      observer(definition as Definition);
      return definition;
    };
    // A runtime may forbid that its names are given another meaning.
    guard(() => void undos.push(wrapConstructor(scope[slot], observer)))();
  }
  const signals: Record<string, (signal: never) => void> = {
    AppShow: capture.shown,
    AppHide: capture.hidden,
    NetworkStatusChange: ({ isConnected }: { isConnected?: boolean }) => void (isConnected && tracker.wake()),
  };
  for (const name of Object.keys(signals)) {
    const heard = guard(signals[name]!);
    ask(api, `on${name}`, heard);
    undos.push(() => void ask(api, `off${name}`, heard));
  }
  const late = setTimeout(guard(capture.launched), 0);
  return {
    observe,
    undo() {
      isOn = false;
      clearTimeout(late);
      for (const undo of undos) undo();
    },
  };
}
