/** @jest-environment node */
import { expect, it } from '@jest/globals';
import { LIMITS } from '@perennial/contract';
import { EVENT_BYTES, REQUEST_BYTES } from './core/index.js';

it('the bounds of the tracker are those of the collector', () => {
  expect([EVENT_BYTES, REQUEST_BYTES]).toEqual([LIMITS.eventBytes, LIMITS.batchBytes]);
});
