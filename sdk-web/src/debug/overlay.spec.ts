import { afterEach, expect, it } from '@jest/globals';
import { aPage, type TestPage } from '../../test-tools/page.js';
import { showDebug } from './overlay.js';

let page: TestPage;
afterEach(() => page.close());

it('shows ids, consent, the queue and what happens, captures nothing of itself, and goes without a trace', async () => {
  page = aPage();
  const perennial = page.make({ clicks: true });
  perennial.track('Before');
  showDebug(perennial);
  const box = document.querySelector('[data-perennial-off]')!;
  expect(box.textContent).toContain(perennial.ids().anonymousId);
  expect(box.textContent).toContain('○');
  perennial.consent({ analytics: true });
  expect(box.textContent).toContain('{"analytics":true}');
  await perennial.flush();
  expect(box.textContent).toMatch(/queued 0 · sent 2/);
  expect(box.textContent).not.toContain('○');
  box.querySelector('button')!.click();
  expect(document.querySelector('[data-perennial-off]')).toBeNull();
  expect(perennial.stats().queued).toBe(0);
});
