import { expect, it } from '@jest/globals';
import { ByteBudget } from './budget.js';
import { isTooDeep } from './depth.js';
import { doorOf } from './kind.js';

const nested = (depth: number): unknown => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));

it('tells depth without recursion, of objects and lists alike', () => {
  expect([isTooDeep(nested(64)), isTooDeep(nested(65))]).toEqual([false, true]);
  expect(isTooDeep(JSON.parse('['.repeat(200_000) + ']'.repeat(200_000)))).toBe(true);
  expect([isTooDeep(null), isTooDeep('a'), isTooDeep(undefined)]).toEqual([false, false, false]);
});

it('opens the raw door for the log alone, and lets nobody in by another spelling', () => {
  const octets = 'application/octet-stream';
  expect(doorOf({ method: 'POST', path: '/internal/v1/log', contentType: octets })).toBe('log');
  expect(doorOf({ method: 'POST', path: '/api/v1/session', contentType: octets })).toBe('other');
  expect(doorOf({ method: 'POST', path: '/INTERNAL/v1/log', contentType: octets })).toBe('other');
  expect(doorOf({ method: 'POST', path: '/api/v1/session', contentType: 'application/json; charset=utf-8' })).toBe(
    'signIn',
  );
  expect(doorOf({ method: 'PUT', path: '/api/v1/session', contentType: 'application/json' })).toBe('json');
});

it('counts bytes under way and gives them back once', () => {
  const budget = new ByteBudget(10);
  const release = budget.reserve(6)!;
  expect(budget.reserve(5)).toBeUndefined();
  release();
  release();
  expect(budget.reserve(10)).toBeDefined();
  expect(budget.reserve(1)).toBeUndefined();
});
