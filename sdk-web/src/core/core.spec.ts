/** @jest-environment node */
import { afterEach, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { createContext, runInContext } from 'node:vm';
import { createTracker, utf8Bytes, type CoreOptions, type Ports, type Tracker } from './index.js';

interface Sent {
  type: string;
  event?: string;
  userId?: string;
  anonymousId: string;
  messageId: string;
  properties?: Record<string, unknown>;
  context: Record<string, unknown>;
}

const open: Tracker[] = [];
afterEach(() => open.splice(0).forEach((tracker) => tracker.close()));

/** A place to run in that keeps everything in maps, as a mini program or a test would bring it. */
function aPlatform() {
  const kept = new Map<string, string>();
  const sent: Sent[] = [];
  const platform = {
    kept,
    sent,
    status: 200,
    retryAfter: 0,
    errors: [] as { index: number; code: string; message: string }[],
    requests: 0,
    beacons: 0,
    now: 1_700_000_000_000,
    campaign: undefined as Record<string, unknown> | undefined,
  };
  const ports: Ports = {
    storage: {
      get: (key) => kept.get(key) ?? null,
      set: (key, value) => void kept.set(key, value),
      remove: (key) => void kept.delete(key),
      keys: () => [...kept.keys()],
    },
    transport: {
      post: (body) => {
        platform.requests += 1;
        if (platform.status === 0) return Promise.reject(new Error('offline'));
        const { batch } = JSON.parse(body) as { batch: Sent[] };
        const isBroken = batch.some(({ event }) => event === 'Broken');
        const status = platform.status === 200 && isBroken ? 400 : platform.status;
        if (status === 200) sent.push(...batch);
        return Promise.resolve({ status, retryAfter: platform.retryAfter, errors: platform.errors });
      },
      beacon: (body) => {
        platform.beacons += 1;
        sent.push(...(JSON.parse(body) as { batch: Sent[] }).batch);
        return true;
      },
    },
    library: { name: 'test', version: '1' },
    context: () => ({ page: { url: 'https://shop/' } }),
    campaign: () => platform.campaign,
    now: () => platform.now,
  };
  const start = (options: Partial<CoreOptions> = {}) => {
    const tracker = createTracker(ports, { writeKey: 'k', flushMs: 1_000_000, sessionMinutes: 0, ...options });
    open.push(tracker);
    return tracker;
  };
  const names = () => sent.map(({ event, type }) => event ?? type);
  return { platform, ports, start, names };
}

describe('limits', () => {
  it.each(['', 'abc', 'é', '大红', '😀', 'a😀é大'])('count bytes of %j as UTF-8 does', (text) => {
    expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length);
  });

  it('drop what is too large and count it', async () => {
    const { start, platform } = aPlatform();
    const tracker = start();
    tracker.track('Large', { text: '大'.repeat(11_000) });
    await tracker.flush();
    expect(tracker.stats()).toMatchObject({ dropped: 1, errors: 1, queued: 0 });
    expect(platform.requests).toBe(0);
  });

  it('keep a queue that nobody takes within bounds, the oldest going first', () => {
    const { start } = aPlatform();
    const tracker = start();
    for (let i = 0; i < 1010; i++) tracker.track(`E${i}`);
    expect(tracker.stats()).toMatchObject({ queued: 1000, dropped: 10 });
    for (let i = 0; i < 50; i++) tracker.track('Big', { text: 'x'.repeat(31_000) });
    expect(tracker.stats().queued).toBeLessThan(50);
  });
});

describe('what the collector answers', () => {
  it('400 for one broken event costs that event alone', async () => {
    const { start, names } = aPlatform();
    const tracker = start();
    for (const name of ['A', 'B', 'Broken', 'C', 'D']) tracker.track(name);
    await tracker.flush();
    expect(names()).toEqual(['A', 'B', 'C', 'D']);
    expect(tracker.stats()).toMatchObject({ sent: 4, dropped: 1, queued: 0 });
  });

  it('Retry-After holds all tabs and the next page back', async () => {
    const { start, platform } = aPlatform();
    Object.assign(platform, { status: 503, retryAfter: 60 });
    const tracker = start();
    tracker.track('A');
    await tracker.flush();
    platform.status = 200;
    const next = start();
    await next.flush();
    expect(platform.requests).toBe(1);
    platform.now += 61_000;
    await next.flush();
    expect(next.stats()).toMatchObject({ sent: 1, queued: 0 });
  });

  it('reasons for single events are told and counted', async () => {
    const { start, platform } = aPlatform();
    platform.errors = [{ index: 0, code: 'ENVELOPE_TOO_DEEP', message: 'deep' }];
    const tracker = start();
    const told: unknown[] = [];
    tracker.on('error', (error) => void told.push((error as Error).message));
    tracker.track('A');
    tracker.track('B');
    await tracker.flush();
    expect(told).toEqual(['ENVELOPE_TOO_DEEP: deep']);
    expect(tracker.stats()).toMatchObject({ sent: 1, refused: 1, errors: 0 });
  });

  it('nothing is handed to a beacon while the collector fails and the queue is safe', async () => {
    const { start, platform } = aPlatform();
    platform.status = 503;
    const tracker = start();
    tracker.track('A');
    await tracker.flush();
    tracker.leave();
    expect(platform.beacons).toBe(0);
    tracker.wake();
    tracker.leave();
    expect(tracker.stats()).toMatchObject({ sent: 1, queued: 0 });
  });
});

describe('consent', () => {
  it('opt-in: nothing is noted, stored or sent before a yes', async () => {
    const { start, platform, names } = aPlatform();
    const tracker = start({ consentMode: 'opt-in' });
    tracker.track('Early');
    await tracker.flush();
    expect([platform.kept.size, platform.requests]).toEqual([0, 0]);
    tracker.consent({ analytics: true, marketing: false });
    tracker.track('Late');
    await tracker.flush();
    expect(names()).toEqual(['Consent Updated', 'Late']);
    expect(platform.sent[1]!.context['consent']).toEqual({
      categoryPreferences: { analytics: true, marketing: false },
    });
  });

  it('opt-in with holding: what happened before is sent after a yes, and gone after a no', async () => {
    for (const [answer, expected] of [
      [true, ['Early', 'Consent Updated']],
      [false, []],
    ] as const) {
      const { start, names } = aPlatform();
      const tracker = start({ consentMode: 'opt-in', holdUntilConsent: true });
      tracker.track('Early');
      tracker.leave();
      tracker.consent({ analytics: answer });
      await tracker.flush();
      expect(names()).toEqual(expected);
      expect(tracker.stats().queued).toBe(0);
    }
  });

  it('no-storage: sends, and keeps nothing', async () => {
    const { start, platform, names } = aPlatform();
    const tracker = start({ consentMode: 'no-storage' });
    tracker.identify('m1');
    await tracker.flush();
    expect(names()).toEqual(['identify']);
    expect(platform.kept.size).toBe(0);
  });

  it('withdrawn: the no is sent, what was stored is removed, and nothing follows', async () => {
    const { start, platform, names } = aPlatform();
    const tracker = start({ sessionMinutes: 30 });
    tracker.identify('m1');
    tracker.register({ shop: 's1' });
    tracker.consent({ analytics: false });
    tracker.track('After');
    await tracker.flush();
    expect(names()).toEqual(['Session Started', 'identify', 'Consent Updated']);
    expect(platform.sent[2]!.properties).toEqual({ analytics: false, shop: 's1' });
    expect([...platform.kept.keys()]).toEqual(['consent']);
    expect(start().consent()).toEqual({ analytics: false });
  });

  it('an answer in another tab holds here too', async () => {
    const { start, platform, names } = aPlatform();
    const [one, two] = [start(), start()];
    one.track('A');
    two.consent({ analytics: false });
    one.track('B');
    await one.flush();
    await two.flush();
    expect(names().sort()).toEqual(['A', 'Consent Updated']);
    expect([...platform.kept.keys()]).toEqual(['consent']);
  });

  it('the same answer again is no news', async () => {
    const { start, names } = aPlatform();
    const tracker = start();
    tracker.consent({ analytics: true });
    tracker.consent({ analytics: true });
    await tracker.flush();
    expect(names()).toEqual(['Consent Updated']);
  });
});

describe('sessions', () => {
  it('end after a pause, and a new campaign begins a new one', async () => {
    const { start, platform } = aPlatform();
    const tracker = start({ sessionMinutes: 30 });
    const ids: (string | undefined)[] = [];
    const act = (after: number) => {
      platform.now += after;
      tracker.track('Act');
      ids.push(tracker.ids().sessionId);
    };
    act(0);
    act(29 * 60_000);
    act(31 * 60_000);
    platform.campaign = { source: 'douyin' };
    act(1000);
    platform.campaign = undefined;
    act(1000);
    await tracker.flush();
    expect(ids.map((id) => ids.indexOf(id))).toEqual([0, 0, 2, 3, 3]);
    const starts = platform.sent.filter(({ event }) => event === 'Session Started');
    expect(starts.map(({ properties }) => properties!['number'])).toEqual([1, 2, 3]);
    expect(platform.sent[platform.sent.length - 1]!.context).toMatchObject({
      campaign: { source: 'douyin' },
      session: { id: ids[4], number: 3 },
    });
  });

  it('survive nonsense in the storage', () => {
    const { start, platform } = aPlatform();
    for (const nonsense of ['{', 'null', '[]', '{"id":1}']) {
      platform.kept.set('session', nonsense);
      const tracker = start({ sessionMinutes: 30 });
      tracker.track('A');
      expect(tracker.stats().errors).toBe(0);
    }
  });
});

describe('who it is', () => {
  it('another known visitor gets another anonymous id; the same one keeps it', () => {
    const { start } = aPlatform();
    const tracker = start();
    const first = tracker.ids().anonymousId;
    tracker.identify('m1');
    tracker.identify('m1');
    expect(tracker.ids().anonymousId).toBe(first);
    tracker.identify('m2');
    expect(tracker.ids().anonymousId).not.toBe(first);
  });

  it('refuses ids that name nobody, and takes numbers', () => {
    const { start } = aPlatform();
    const tracker = start();
    for (const nobody of ['', undefined, null, {}]) tracker.identify(nobody as string);
    expect(tracker.stats()).toMatchObject({ queued: 0, errors: 4 });
    tracker.identify(42 as unknown as string);
    expect(tracker.ids().userId).toBe('42');
  });

  it('carries registered properties and the group until they are taken back', async () => {
    const { start, platform } = aPlatform();
    const tracker = start();
    tracker.register({ shop: 's1', lane: 2 });
    tracker.group('g1');
    tracker.track('A', { lane: 3 });
    tracker.unregister('shop');
    tracker.track('B');
    await tracker.flush();
    expect(platform.sent.map(({ properties }) => properties)).toEqual([
      undefined,
      { shop: 's1', lane: 3 },
      { lane: 2 },
    ]);
    expect(platform.sent[1]!.context['groupId']).toBe('g1');
  });
});

describe('plugins', () => {
  it('may keep out, change, add and listen, and are undone with their removal', async () => {
    const { start, platform, names } = aPlatform();
    const tracker = start();
    const after: string[] = [];
    const remove = tracker.use({
      name: 'house',
      before: (draft) => (draft.event === 'Secret' ? false : { ...draft, event: `${draft.event}!` }),
      enrich: (event) => void (event.context['app'] = { name: 'shop' }),
      after: ({ event }) => void after.push(event!),
      start: () => () => void after.push('gone'),
    });
    tracker.track('Secret');
    tracker.track('A');
    remove();
    tracker.track('B');
    await tracker.flush();
    expect(names()).toEqual(['A!', 'B']);
    expect(platform.sent[0]!.context['app']).toEqual({ name: 'shop' });
    expect(after).toEqual(['A!', 'gone']);
  });

  it('that answer true as a test does keep the event as it is', async () => {
    const { start, platform } = aPlatform();
    const tracker = start();
    tracker.use({ name: 'test', before: ({ event }) => event !== 'Secret' });
    tracker.track('Secret');
    tracker.track('A', { n: 1 });
    await tracker.flush();
    expect(platform.sent).toMatchObject([{ type: 'track', event: 'A', properties: { n: 1 } }]);
  });

  it('that fail cost nothing but a count, also when the listener of errors fails', async () => {
    const { start, names } = aPlatform();
    const tracker = start();
    const fail = (): never => {
      throw new Error('plugin');
    };
    tracker.use({ name: 'bad', before: fail, enrich: fail, after: fail, start: fail });
    tracker.on('error', fail);
    tracker.track('A');
    await tracker.flush();
    expect(names()).toEqual(['A']);
    expect(tracker.stats().errors).toBeGreaterThanOrEqual(4);
  });
});

it('needs nothing of a browser: it runs where there are only timers', async () => {
  const bundle = await build({
    stdin: { contents: `export { createTracker } from './index.js'`, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    format: 'iife',
    globalName: 'heart',
    target: 'es2018',
    write: false,
    logLevel: 'silent',
  });
  const { ports, platform } = aPlatform();
  const place = createContext({ setTimeout, clearTimeout, ports });
  const code = `${bundle.outputFiles[0]!.text}; const t = heart.createTracker(ports, { writeKey: 'k' }); t.track('A', {}); t.flush().then(() => (t.close(), t.stats()))`;
  const stats = await (runInContext(code, place) as Promise<object>);
  expect(stats).toMatchObject({ sent: 2, errors: 0, queued: 0 });
  expect(platform.sent.map(({ event }) => event)).toEqual(['Session Started', 'A']);
});
