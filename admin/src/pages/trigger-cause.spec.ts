import { expect, it } from '@jest/globals';
import type { TriggerCause } from '@perennial/contract';
import { fromCause, toCause } from './trigger-cause.js';

it.each<TriggerCause>([
  { on: 'stage.moved', lifecycle: 'default', to: 'churn' },
  { on: 'stage.moved', lifecycle: 'beauty', to: 'potential/high_intent' },
  { on: 'tag.changed', tag: 'rfm.segment' },
  { on: 'tag.changed', tag: 'rfm.segment', to: 'champion' },
  { on: 'tag.changed', tag: 'rfm.score', to: 5 },
  { on: 'tag.changed', tag: 'code', to: '5' },
  { on: 'tag.changed', tag: 'is_member', to: false },
  { on: 'event.applied', event: 'Order Completed' },
])('a cause goes through the form as it is: %j', (cause) => {
  expect(toCause(fromCause(cause))).toEqual(cause);
});
