import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aPage } from '../../test-tools/page.js';
import type { Storage } from '../core/index.js';
import { arrivalOf, campaignOf } from './arrival.js';
import { cookieJar } from './cookies.js';
import { readDataset } from './options.js';
import { createLease } from './lease.js';
import { createTurns } from './turn.js';

beforeEach(() => {
  aPage();
  Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
});
afterEach(() => void jest.restoreAllMocks());

const memory = (): Storage => {
  const kept = new Map<string, string>();
  return {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
    keys: () => [...kept.keys()],
  };
};

describe('campaigns', () => {
  it('are read from the address: utm, click ids, the scene of WeChat', () => {
    history.replaceState({}, '', '/?utm_source=douyin&utm_campaign=618&clickid=c1&bd_vid=b1&scene=1058&other=1');
    expect(campaignOf()).toEqual({
      source: 'douyin',
      name: '618',
      scene: '1058',
      clickIds: { clickid: 'c1', bd_vid: 'b1' },
    });
    history.replaceState({}, '', '/?q=1');
    expect(campaignOf()).toBeUndefined();
  });

  it('the first touch stays; the last is moved by campaigns and other sites, not by a direct visit', () => {
    const storage = memory();
    const come = (address: string, referrer = '') => {
      history.replaceState({}, '', address);
      Object.defineProperty(document, 'referrer', { value: referrer, configurable: true });
      const { first, last } = arrivalOf(storage) as Record<'first' | 'last', { landing: string; referrer: string }>;
      return [first.landing, last.landing].map((url) => url.replace('http://localhost', ''));
    };
    expect(come('/1')).toEqual(['/1', '/1']);
    expect(come('/2?utm_source=a')).toEqual(['/1', '/2?utm_source=a']);
    expect(come('/3')).toEqual(['/1', '/2?utm_source=a']);
    expect(come('/4', 'https://www.baidu.com/')).toEqual(['/1', '/4']);
    expect(come('/5', 'http://localhost/4')).toEqual(['/1', '/4']);
  });
});

describe('cookies', () => {
  it('go to the widest domain that takes one', () => {
    const written: string[] = [];
    let cookie = '';
    jest.spyOn(document, 'cookie', 'get').mockImplementation(() => cookie);
    jest.spyOn(document, 'cookie', 'set').mockImplementation((text) => {
      written.push(text);
      // As a browser that has a list of public suffixes: no cookie for `co.uk`.
      if (!text.includes('domain=co.uk')) cookie = text.includes('max-age=0') ? '' : text.split(';')[0]!;
    });
    jest.spyOn(String.prototype, 'split').mockImplementationOnce(() => ['a', 'shop', 'co', 'uk']);
    expect(cookieJar('p.')).toBeDefined();
    expect(written.map((text) => /domain=([^;]+)/.exec(text)?.[1])).toEqual(['co.uk', 'shop.co.uk', 'shop.co.uk']);
  });

  it('are none where none are kept', () => {
    jest.spyOn(document, 'cookie', 'set').mockImplementation(() => undefined);
    expect(cookieJar('p.')).toBeUndefined();
  });
});

/** As a page's own script and the later one make it. */
const createTurn = (name: string) => (storage: Storage) => {
  const turns = createTurns(name);
  const turn = turns.of(storage);
  turns.lease = createLease(turns.storage!, name);
  return turn;
};

describe('turns', () => {
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  it('without Web Locks, one tab works and the other is told to come back', async () => {
    const shared = memory();
    const [one, two] = [createTurn('k')(shared), createTurn('k')(shared)];
    const working = one.take(() => pause(60));
    await pause(20);
    expect(await two.take(() => pause(0))).toBe(false);
    expect(await working).toBe(true);
    expect(await two.take(() => pause(0))).toBe(true);
    expect(shared.keys()).toEqual([]);
  });

  it('two that begin at once do not both work', async () => {
    const shared = memory();
    let working = 0;
    const work = async () => {
      working += 1;
      expect(working).toBe(1);
      await pause(5);
      working -= 1;
    };
    const took = await Promise.all([1, 2, 3].map(() => createTurn('k')(shared).take(work)));
    expect(took.filter(Boolean).length).toBe(1);
  });

  it.each(['tab 0', `tab ${Date.now() + 1e9}`, 'nonsense', ''])(
    'a lease of a tab that died, or nonsense (%j), ends',
    async (lease) => {
      const shared = memory();
      shared.set('lease.k', lease);
      expect(await createTurn('k')(shared).take(() => pause(0))).toBe(true);
    },
  );

  it('work that fails gives the turn back and says so', async () => {
    const shared = memory();
    await expect(createTurn('k')(shared).take(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(shared.keys()).toEqual([]);
  });
});

it('a script tag says options by its attributes', () => {
  document.body.innerHTML =
    '<i data-endpoint="https://e" data-write-key="on1" data-clicks="on" data-pages="off" data-consent-mode="opt-in"></i>';
  expect(readDataset(document.querySelector('i')!.dataset)).toEqual({
    endpoint: 'https://e',
    writeKey: 'on1',
    clicks: true,
    pages: false,
    consentMode: 'opt-in',
  });
});
