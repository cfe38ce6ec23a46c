import { expect, it } from '@jest/globals';
import { Pulse } from './pulse.js';

it('tells who answers from who refuses', async () => {
  expect(await new Pulse(() => Promise.resolve(1)).feel()).toBe(true);
  expect(await new Pulse(() => Promise.reject(new Error('away'))).feel()).toBe(false);
});

it('says no of one that hangs within its limit, asks it once, and believes it again when it answers', async () => {
  const asked: (() => void)[] = [];
  const pulse = new Pulse(() => new Promise<void>((resolve) => asked.push(resolve)), 30);
  expect(await Promise.all([pulse.feel(), pulse.feel()])).toEqual([false, false]);
  expect(await pulse.feel()).toBe(false);
  expect(asked).toHaveLength(1);
  asked[0]!();
  await new Promise((resolve) => setImmediate(resolve));
  const again = pulse.feel();
  expect(asked).toHaveLength(2);
  asked[1]!();
  expect(await again).toBe(true);
});
