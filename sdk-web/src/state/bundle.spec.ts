/** @jest-environment node */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { bundleState } from '../../bundle-state.mjs';

describe('the plain script of the state', () => {
  let bundle = { code: '', inputs: [''] };
  beforeAll(async () => {
    bundle = await bundleState();
  });

  it('has at most 13 kB after gzip, TinyBase included', () => {
    expect(gzipSync(bundle.code, { level: 9 }).length).toBeLessThanOrEqual(13_000);
  });

  it('is ASCII, whatever charset a page names', () => {
    expect(Buffer.byteLength(bundle.code)).toBe(bundle.code.length);
  });

  it('takes the store of TinyBase alone, and of the tracker only small helpers', () => {
    const foreign = bundle.inputs.filter((path) => !path.startsWith('src/'));
    expect(foreign).toEqual(['../node_modules/tinybase/store/index.js']);
    expect(bundle.code).not.toContain('sendBeacon');
  });

  /** A page of an old webview: no `Object.hasOwn`, no storage. The tracker calls its plugin when it is there. */
  function aPage(tracker?: object) {
    const used: { name: string; start: (tracker: object) => void }[] = [];
    const base = {
      use: (plugin: (typeof used)[0]) => (used.push(plugin), plugin.start(base), () => undefined),
      guard: (work: (...args: unknown[]) => unknown) => work,
      ids: () => ({ anonymousId: 'v1' }),
      canStore: () => true,
      consent: () => ({}),
      on: () => () => undefined,
      say: () => undefined,
      reset: () => undefined,
    };
    const window: Record<string, unknown> = tracker ? { perennial: base } : {};
    const place = createContext({
      window,
      document: { currentScript: { dataset: {} } },
      location: { search: '' },
      TextEncoder,
      URLSearchParams,
      addEventListener: () => undefined,
      setTimeout: () => 0,
      clearTimeout: () => undefined,
    });
    runInContext('delete Object.hasOwn', place);
    return { window, base, run: () => runInContext(bundle.code, place) as unknown };
  }

  it('runs where the browser is old and forbids its storage', () => {
    const { window, run } = aPage({});
    window['perennialState'] = [
      (state: { traits: Map<string, unknown> }) => {
        state.traits.set('city', '上海');
        window['city'] = state.traits.get('city');
      },
    ];
    run();
    expect(window['city']).toBe('上海');
  });

  it('waits for a tracker that comes later, and is one though the tag is there twice', () => {
    const { window, base, run } = aPage();
    run();
    const [[, method, [plugin]]] = window['perennial'] as [[number, string, [{ start: (tracker: object) => void }]]];
    expect([method, window['perennialState']]).toEqual(['use', undefined]);
    plugin.start(base);
    const state = window['perennialState'];
    run();
    expect(window['perennialState']).toBe(state);
  });
});
