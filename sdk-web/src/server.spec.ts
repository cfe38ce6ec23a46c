/** @jest-environment node */
import { expect, it, jest } from '@jest/globals';
import { createPerennial } from './index.js';
import { createState } from './state/index.js';

it('on a server the tracker is there, and does nothing', async () => {
  expect(typeof document).toBe('undefined');
  const perennial = createPerennial({ endpoint: 'https://events.example', writeKey: 'wk' });
  const told: unknown[] = [];
  perennial.track('A', { n: 1 });
  perennial.identify('m1');
  const off = perennial.on('after', (event) => void told.push(event));
  perennial.use({ name: 'p', start: () => void told.push('started') })();
  perennial.guard(() => void told.push('guarded'))();
  perennial.ready(() => void told.push('ready'));
  off();
  await perennial.flush();
  perennial.close();
  expect([told, perennial.pending(), perennial.consent({ analytics: true })]).toEqual([[], [], {}]);
  expect(perennial.stats()).toEqual({ queued: 0, sent: 0, dropped: 0, refused: 0, errors: 0 });
  // Another visitor's request of the same server is given nothing of this one.
  expect(createPerennial({ endpoint: 'https://events.example', writeKey: 'wk' })).not.toBe(perennial);
});

it('on a server the state is there, asks nobody and knows nobody', async () => {
  const asked = jest.spyOn(globalThis, 'fetch');
  const tracker = createPerennial({ endpoint: 'https://events.example', writeKey: 'wk' });
  const state = createState(tracker, {
    definitionsUrl: 'https://shop.example/definitions.json',
    definitions: { flags: [{ key: 'cart' }] },
  });
  const told: unknown[] = [];
  state.traits.on('city', (city) => void told.push(city))();
  state.flags.on(null, (value) => void told.push(value));
  state.traits.set({ city: '上海' });
  state.consent.set('analytics', true);
  state.flags.set('cart', false);
  await state.refresh();
  state.reset();
  state.close();
  expect([state.traits.get('city'), state.traits.all(), state.flags.get('cart'), told]).toEqual([
    undefined,
    {},
    undefined,
    [],
  ]);
  expect([state.experiments.get('hero'), state.experiments.decision('hero')]).toEqual([undefined, undefined]);
  expect([await state.ready(), state.store.getTables(), asked.mock.calls]).toEqual([false, {}, []]);
  // The store is this request's own as well.
  expect(createState(tracker).store).not.toBe(state.store);
});
