import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createPerennial, type Perennial } from './index.js';

interface Sent {
  batch: { type: string; event?: string; userId?: string; anonymousId: string; messageId: string }[];
  writeKey: string;
}

const sent: Sent[] = [];
let status = 200;
const open: Perennial[] = [];

function make(): Perennial {
  const perennial = createPerennial({
    endpoint: 'https://events.example/',
    writeKey: 'key',
    flushMs: 100_000,
    sessionMinutes: 0,
  });
  open.push(perennial);
  return perennial;
}

beforeEach(() => {
  localStorage.clear();
  sent.length = 0;
  status = 200;
  globalThis.fetch = jest.fn((_url: unknown, init?: RequestInit) => {
    if (status === 0) return Promise.reject(new TypeError('offline'));
    if (status === 200) sent.push(JSON.parse(init!.body as string) as Sent);
    return Promise.resolve({ ok: status === 200, status } as Response);
  }) as typeof fetch;
});
afterEach(() => open.splice(0).forEach((perennial) => perennial.close()));

describe('the browser tracker', () => {
  it('sends what happened, with who it was and the key', async () => {
    const perennial = make();
    perennial.page('Home');
    perennial.identify('m1', { city: '上海' });
    perennial.track('Order Completed', { total: 9 });
    await perennial.flush();
    expect(sent[0]!.writeKey).toBe('key');
    expect(sent[0]!.batch.map(({ type, event, userId }) => [type, event, userId])).toEqual([
      ['page', undefined, undefined],
      ['identify', undefined, 'm1'],
      ['track', 'Order Completed', 'm1'],
    ]);
    expect(new Set(sent[0]!.batch.map(({ anonymousId }) => anonymousId)).size).toBe(1);
  });

  it('keeps events while nobody answers, over a reload, and sends each once', async () => {
    status = 0;
    const first = make();
    first.track('A');
    first.track('B');
    await first.flush();
    first.close();
    expect(first.stats()).toMatchObject({ queued: 2, sent: 0 });
    status = 200;
    const second = make();
    await second.flush();
    await second.flush();
    expect(sent.flatMap(({ batch }) => batch.map(({ event }) => event))).toEqual(['A', 'B']);
    expect(second.stats().queued).toBe(0);
  });

  it.each([401, 429, 503])('keeps events on %i', async (answer) => {
    status = answer;
    const perennial = make();
    perennial.track('A');
    await perennial.flush();
    expect(perennial.stats()).toMatchObject({ queued: 1, dropped: 0 });
  });

  it.each([400, 413])('drops and counts what the collector can never take (%i)', async (answer) => {
    status = answer;
    const perennial = make();
    perennial.track('A');
    await perennial.flush();
    expect(perennial.stats()).toMatchObject({ queued: 0, dropped: 1 });
  });

  it('starts somebody new after reset', async () => {
    const perennial = make();
    perennial.identify('m1');
    perennial.reset();
    perennial.track('A');
    await perennial.flush();
    const [before, after] = sent[0]!.batch;
    expect(after!.userId).toBeUndefined();
    expect(after!.anonymousId).not.toBe(before!.anonymousId);
  });

  it('never throws at the page, and works without storage', async () => {
    const spy = jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('forbidden', 'SecurityError');
    });
    const perennial = make();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    perennial.track('Broken', circular);
    perennial.track('Fine');
    await perennial.flush();
    expect(sent.flatMap(({ batch }) => batch.map(({ event }) => event))).toEqual(['Fine']);
    expect(perennial.stats().errors).toBe(1);
    spy.mockRestore();
  });
});
