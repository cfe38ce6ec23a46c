/** @jest-environment node */
import { expect, it } from '@jest/globals';
import { createPerennial } from './index.js';

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
