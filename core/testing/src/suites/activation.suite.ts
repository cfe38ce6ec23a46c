import { describe, expect, it } from '@jest/globals';
import type { Activation, DeliveryItem } from '@perennial/kit';

export interface ActivationCase<D extends object> {
  activation: Activation<D>;
  /** A receiver that accepts everything. */
  accepting: () => Promise<D>;
  /** A receiver that never answers. */
  silent: () => Promise<D>;
}

const item = (id: string): DeliveryItem => ({
  id,
  attempt: 1,
  cause: { hook: 'stage.moved', payload: {}, at: 1_700_000_000_000 },
  profile: { id: 'p_1', traits: {}, tags: {}, stages: {}, identifiers: {} },
  payload: {},
});

/** What core relies on when it delivers: an answer per item, in order, and an end when it gives up. */
export function describeActivation<D extends object>(
  title: string,
  { activation, accepting, silent }: ActivationCase<D>,
): void {
  describe(`activation ${title}`, () => {
    it('answers for every item of a batch', async () => {
      const batch = ['a', 'b', 'c'].map(item);
      const results = await activation.deliver(batch, await accepting(), AbortSignal.timeout(5_000));
      expect(results.map(({ status }) => status)).toEqual(['sent', 'sent', 'sent']);
    });

    it('takes an empty batch', async () => {
      expect(await activation.deliver([], await accepting(), AbortSignal.timeout(5_000))).toEqual([]);
    });

    it('ends when it is told to, and asks to be tried again', async () => {
      const results = await activation.deliver([item('a')], await silent(), AbortSignal.timeout(200));
      expect(results).toMatchObject([{ status: 'failed' }]);
    });
  });
}
