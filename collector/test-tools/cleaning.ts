import { afterEach, expect } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeCore } from './fake-core.js';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Runs after the test, last registered first. */
export const afterTest = (close: () => unknown): void => void closing.push(close);

/** In memory where the machine has such a place: for tests that open a folder hundreds of times. */
export const aQuickFolder = (): string => aFolder(existsSync('/dev/shm') ? '/dev/shm' : tmpdir());

export function aFolder(within = tmpdir()): string {
  const path = mkdtempSync(join(within, 'perennial-collector-'));
  afterTest(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export async function aCore(): Promise<{ core: FakeCore; coreUrl: string }> {
  const core = new FakeCore();
  const coreUrl = await core.start();
  afterTest(() => core.close());
  return { core, coreUrl };
}

/** Waits until the test passes, for at most ten seconds; it is not run again after it passed. */
export async function until(test: () => boolean | Promise<boolean>): Promise<void> {
  let hasPassed = await test();
  for (let n = 0; n < 400 && !hasPassed; n++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    hasPassed = await test();
  }
  expect(hasPassed).toBe(true);
}
