import { jest } from '@jest/globals';
import { createPerennial, type Perennial, type PerennialOptions } from '../src/index.js';

export interface Sent {
  type: string;
  event?: string;
  userId?: string;
  anonymousId: string;
  messageId: string;
  timestamp: string;
  properties: Record<string, unknown>;
  traits?: Record<string, unknown>;
  context: Record<string, unknown> & { page: Record<string, unknown> };
}

/** A page in jsdom, with a collector of which the test says what it answers. */
export interface TestPage {
  sent: Sent[];
  bodies: { writeKey: string; sentAt: string; batch: Sent[] }[];
  beacons: number;
  /** What the collector answers; 0 is a network that is not there. */
  status: number;
  takesBeacons: boolean;
  /** A tracker that captures nothing by itself unless told to, and sends when it is told to. */
  make(options?: Partial<PerennialOptions>): Perennial;
  names(): (string | undefined)[];
  of(event: string): Sent[];
  close(): void;
}

const QUIET: PerennialOptions = {
  endpoint: 'https://events.example/',
  writeKey: 'key',
  flushMs: 1_000_000,
  sessionMinutes: 0,
  pages: false,
  links: false,
};

/** Web Locks of one page: granted at once or not at all, which is all that the tracker asks for. */
function locks(): Pick<LockManager, 'request'> {
  const held = new Set<string>();
  const request = async (name: string, _: object, work: (lock: Lock | null) => Promise<unknown>) => {
    if (held.has(name)) return work(null);
    held.add(name);
    try {
      return await work({ name, mode: 'exclusive' });
    } finally {
      held.delete(name);
    }
  };
  return { request: request as LockManager['request'] };
}

export function aPage(address = '/'): TestPage {
  history.replaceState({}, '', address);
  localStorage.clear();
  for (const cookie of document.cookie.split('; ')) document.cookie = `${cookie.split('=')[0]}=;max-age=0;path=/`;
  document.body.innerHTML = '';
  Object.defineProperty(navigator, 'locks', { value: locks(), configurable: true });
  const open: Perennial[] = [];
  const take = (body: string) => {
    const parsed = JSON.parse(body) as TestPage['bodies'][number];
    page.bodies.push(parsed);
    page.sent.push(...parsed.batch);
  };
  const page: TestPage = {
    sent: [],
    bodies: [],
    beacons: 0,
    status: 200,
    takesBeacons: true,
    make(options) {
      const perennial = createPerennial({ ...QUIET, ...options });
      open.push(perennial);
      return perennial;
    },
    names: () => page.sent.map(({ type, event }) => event ?? type),
    of: (event) => page.sent.filter((sent) => sent.event === event),
    close: () => open.splice(0).forEach((perennial) => perennial.close()),
  };
  globalThis.fetch = jest.fn((_url: unknown, init?: RequestInit) => {
    if (page.status === 0) return Promise.reject(new TypeError('offline'));
    if (page.status === 200) take(init!.body as string);
    const { status } = page;
    return Promise.resolve({
      status,
      headers: new Headers(),
      json: () => Promise.resolve({ receivedEvents: 1, errors: [] }),
    } as Response);
  }) as typeof fetch;
  navigator.sendBeacon = (_url, body) => {
    if (!page.takesBeacons) return false;
    page.beacons += 1;
    take(body as string);
    return true;
  };
  return page;
}

/** What a browser tells a page whose visitor goes. */
export function leave(): void {
  window.dispatchEvent(new Event('pagehide'));
}

export function setVisible(isVisible: boolean): void {
  Object.defineProperty(document, 'visibilityState', { value: isVisible ? 'visible' : 'hidden', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}
