import { expect, it } from '@jest/globals';
import { pageOf, readPage, type CursorShape } from './page.js';

const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const read = (value: unknown, shape: CursorShape) => readPage({ cursor: cursor(value) }, shape).after;

it('takes the cursors it makes', () => {
  const { next } = pageOf(
    [
      { at: 5, id: 'a' },
      { at: 4, id: 'b' },
    ],
    1,
    ({ at, id }) => [at, id],
  );
  expect(readPage({ cursor: next!, limit: '1' }, ['instant', 'text'])).toEqual({ limit: 1, after: [5, 'a'] });
  expect([read(7, 'number'), read('x', 'text'), read([-5, 3], ['instant', 'number'])]).toEqual([7, 'x', [-5, 3]]);
});

const FORGED: [value: unknown, shape: CursorShape][] = [
  [-1, 'number'],
  [1.5, 'number'],
  ['1', 'number'],
  [[1], 'number'],
  [null, 'number'],
  [1e300, 'number'],
  [['a'], ['number', 'text']],
  [[1], ['number', 'text']],
  [
    [1, 2],
    ['number', 'text'],
  ],
  [
    [1, 'a', 2],
    ['number', 'text'],
  ],
  [
    [1, -2],
    ['instant', 'number'],
  ],
  [
    ['a', 1],
    ['instant', 'number'],
  ],
  [
    [9e15, 1],
    ['instant', 'number'],
  ],
  [5, 'text'],
  ['x'.repeat(256), 'text'],
  [{}, 'text'],
  [{}, ['number']],
];

it.each(FORGED)('refuses %j as %j', (value, shape) => {
  expect(() => read(value, shape)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', kind: 'invalid' }));
});

it('refuses what is no cursor at all', () => {
  for (const broken of ['%%%', '', ['a', 'b'] as unknown as string])
    expect(() => readPage({ cursor: broken }, 'number')).toThrow('cursor');
});
