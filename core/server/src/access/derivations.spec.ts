import { expect, it } from '@jest/globals';
import { Derivations } from './derivations.js';

/** Work that ends when it is told to. */
function held() {
  let release!: () => void;
  const done = new Promise<void>((resolve) => (release = resolve));
  return { work: () => done, release };
}

it('works on two at a time, keeps strangers from filling the queue, and lets known people go first', async () => {
  const derivations = new Derivations();
  const running = [held(), held()];
  const order: string[] = [];
  const first = running.map(({ work }) => derivations.run({ lane: '203.0.113.7', isKnown: false }, work));
  const ask = (lane: string, isKnown: boolean) =>
    derivations
      .run({ lane, isKnown }, async () => void order.push(`${lane}${isKnown ? '!' : ''}`))
      .then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
  const flood = Array.from({ length: 100 }, () => ask('203.0.113.7', false));
  const others = Array.from({ length: 100 }, (_, n) => ask(`198.51.100.${n}`, false));
  const admin = ask('203.0.113.7', true);
  for (const { release } of running) release();
  await Promise.all(first);
  const count = async (asked: Promise<string>[]) => (await Promise.all(asked)).filter((said) => said === 'done').length;
  expect([await count(flood), await count(others), await admin]).toEqual([4, 12, 'done']);
  expect(order[0]).toBe('203.0.113.7!');
  expect(await ask('203.0.113.7', false)).toBe('done');
});
