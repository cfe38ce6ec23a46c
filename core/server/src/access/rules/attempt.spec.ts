import { expect, it } from '@jest/globals';
import { ATTEMPT_LIMITS, countedFor, networkOf, waitMs } from './attempt.js';

it('lets a delay grow to its longest and forgets', () => {
  const { pair } = ATTEMPT_LIMITS;
  const after = (failures: number, ms = 0) => waitMs(pair, failures, 0, ms) / 1000;
  expect([9, 10, 11, 12, 100].map((failures) => after(failures))).toEqual([0, 30, 60, 120, 900]);
  expect([after(10, 29_000), after(10, 30_000), after(100, 3_600_001)]).toEqual([1, 0, 0]);
});

it('counts a known browser by itself, and an IPv6 address by its network', () => {
  expect(countedFor({ name: 'Lin', address: '203.0.113.7', device: 'd1' })).toEqual([{ counted: 'device', of: 'd1' }]);
  expect(countedFor({ name: 'Lin', address: '2001:db8::7' })).toEqual([
    { counted: 'pair', of: '2001:db8:0:0 lin' },
    { counted: 'name', of: 'lin' },
    { counted: 'address', of: '2001:db8:0:0' },
  ]);
  expect([networkOf('::1'), networkOf('203.0.113.7'), networkOf('1:2:3:4:5:6:7:8')]).toEqual([
    '0:0:0:0',
    '203.0.113.7',
    '1:2:3:4',
  ]);
});
