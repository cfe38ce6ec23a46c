import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { trackerSnippet } from '../../core/contract/src/tracker-snippet.js';
import { aPage } from '../test-tools/page.js';
import type { Perennial } from './index.js';

const page = window as unknown as { perennial: Perennial | undefined };

function runSnippet(more: Record<string, unknown> = {}): Perennial {
  const html = trackerSnippet({
    endpoint: 'https://events.example/',
    writeKey: 'wk_</script>',
    flushMs: 1_000_000,
    sessionMinutes: 0,
    pages: false,
    ...more,
  });
  expect(html.match(/<\/script>/g)!.length).toBe(1);
  window.eval(html.replace(/<\/?script>/g, ''));
  return page.perennial!;
}

/** The script runs when its module is loaded, each time anew. */
async function runScript(): Promise<Perennial> {
  jest.resetModules();
  await import('./script.js');
  return page.perennial!;
}

afterEach(() => {
  page.perennial!.close();
  page.perennial = undefined;
  document.head.innerHTML = '';
});

describe('the snippet', () => {
  it('loads the script and keeps calls until it is there: in order, at their own time, also by an old reference', async () => {
    const { sent } = aPage();
    const early = runSnippet();
    expect(document.querySelector('script')!.src).toBe('https://events.example/perennial.js');
    early.identify('m1');
    early.track('Early', { n: 1 });
    const told: unknown[] = [];
    early.ready((perennial) => void told.push(perennial.ids().userId));
    const before = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const perennial = await runScript();
    early.track('Late');
    await perennial.flush();
    expect(sent.map(({ type, event }) => event ?? type)).toEqual(['identify', 'Early', 'Late']);
    expect(Date.parse(sent[1]!.timestamp)).toBeLessThanOrEqual(before);
    expect(Date.parse(sent[2]!.timestamp)).toBeGreaterThan(before);
    expect(told).toEqual(['m1']);
  });

  it('of a script that never comes keeps a bounded number of calls and harms nothing', () => {
    aPage();
    const early = runSnippet();
    for (let i = 0; i < 1_500; i++) early.track(`E${i}`);
    expect((early as unknown as unknown[]).length).toBe(1000);
  });

  it('twice on a page, with the script twice, makes one tracker', async () => {
    const { sent } = aPage();
    runSnippet();
    runSnippet().track('A');
    const first = await runScript();
    const second = await runScript();
    expect(second).toBe(first);
    await second.flush();
    expect(sent.length).toBe(1);
  });
});

it('the script works by its own tag, beside something else of its name', async () => {
  const { sent } = aPage();
  (page as unknown as { perennial: unknown }).perennial = document.createElement('div');
  document.head.innerHTML =
    '<script type="x" data-endpoint="https://events.example" data-write-key="k" data-flush-ms="1000000"></script>';
  const perennial = await runScript();
  await perennial.flush();
  expect(sent.map(({ event, type }) => event ?? type)).toEqual(['Session Started', 'page']);
});
