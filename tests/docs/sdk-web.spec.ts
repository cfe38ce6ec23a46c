/** @jest-environment jsdom */
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Perennial } from '@perennial/sdk-web';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trackerSnippet } from '../../core/contract/src/tracker-snippet.js';

const root = join(import.meta.dirname, '../..');
const home = join(import.meta.dirname, '.tmp/sdk-web');
const guide = readFileSync(join(root, 'docs/guides/sdk-web.md'), 'utf8');

mkdirSync(home, { recursive: true });
for (const [, name, code] of guide.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g))
  writeFileSync(join(home, name!), code!);
writeFileSync(
  join(home, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../../../tsconfig.base.json',
    compilerOptions: {
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['es2023', 'dom', 'dom.iterable'],
      noEmit: true,
      composite: false,
      incremental: false,
      declaration: false,
    },
    include: ['*.ts'],
  }),
);
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Sent {
  batch: { type: string; event?: string; context: { page: { url: string } } }[];
}
const sent: Sent['batch'] = [];
globalThis.fetch = ((_: string, init: { body: string }) => {
  sent.push(...(JSON.parse(init.body) as Sent).batch);
  return Promise.resolve({ status: 200, headers: new Headers(), json: () => Promise.resolve({ receivedEvents: 1 }) });
}) as unknown as typeof fetch;

/** What one example made, and an end to it. */
async function told(perennial: Perennial): Promise<string[]> {
  await perennial.flush();
  perennial.close();
  return sent.splice(0).map(({ type, event }) => event ?? type);
}

/** Keys of an interface, as its source has them. */
const keysOf = (file: string, name: string): string[] => {
  const text = readFileSync(join(root, 'sdk-web/src', file), 'utf8');
  const body = new RegExp(`interface ${name}[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(text)![1]!;
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, key]) => key!);
};

describe('the guide to the tracker', () => {
  it('has examples that compile', () => {
    const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', home], { encoding: 'utf8' });
    expect(status === 0 ? '' : stdout).toBe('');
  }, 60_000);

  it('has examples that do what they say', async () => {
    const typed = (await import(join(home, 'typed-events.ts'))) as { perennial: Perennial };
    expect(await told(typed.perennial)).toEqual(['Session Started', 'page', 'Product Viewed', 'Cart Opened']);
    const consent = (await import(join(home, 'consent.ts'))) as {
      perennial: Perennial;
      answer: (analytics: boolean, marketing: boolean) => void;
    };
    consent.perennial.track('Held');
    await consent.perennial.flush();
    expect(sent).toEqual([]);
    consent.answer(true, false);
    const { install } = (await import(join(home, 'plugin.ts'))) as { install: (perennial: Perennial) => () => void };
    install(consent.perennial);
    history.replaceState({}, '', '/?q=secret');
    consent.perennial.track('Order Completed', { test: true });
    consent.perennial.track('Order Completed', { total: 9 });
    await consent.perennial.flush();
    expect(sent.at(-1)!.context.page.url).toBe('http://localhost/');
    const names = await told(consent.perennial);
    expect(names.filter((name) => ['Held', 'Consent Updated', 'Order Completed'].includes(name))).toEqual([
      'Held',
      'Consent Updated',
      'Order Completed',
    ]);
  });

  it('shows the snippet as the admin gives it', () => {
    const [, shown] = /```html\n(<script>\n[\s\S]*?)\n```/.exec(guide)!;
    expect(shown).toBe(trackerSnippet({ endpoint: 'https://events.example.com', writeKey: 'wk_...' }));
  });

  it('explains every option, and no other', () => {
    const table = /## Options\n([\s\S]*?)\n## /.exec(guide)![1]!;
    const told = [...table.matchAll(/^\| `(\w+)`\s+\| `(data-[a-z-]+)`/gm)];
    const options = [...keysOf('core/tracker.ts', 'CoreOptions'), ...keysOf('browser/options.ts', 'PerennialOptions')];
    expect(told.map(([, option]) => option!).toSorted()).toEqual(options.toSorted());
    const attribute = (option: string) => `data-${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    expect(told.map(([, , name]) => name)).toEqual(told.map(([, option]) => attribute(option!)));
  });
});
