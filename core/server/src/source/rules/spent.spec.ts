import { expect, it } from '@jest/globals';
import type { ImportStatus } from '@perennial/contract';
import { isSpent } from './spent.js';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-03-01T00:00:00Z');
const run = (status: ImportStatus, hours: number) => ({ status, finishedAt: NOW - hours * HOUR });

it.each([
  ['nobody imported it for a day', { takenAt: NOW - 24 * HOUR, run: undefined }, true],
  ['nobody imported it yet', { takenAt: NOW - 23 * HOUR, run: undefined }, false],
  ['done a week ago', { takenAt: 0, run: run('done', 7 * 24) }, true],
  ['done just before', { takenAt: 0, run: run('done', 7 * 24 - 1) }, false],
  ['stopped, and may go on', { takenAt: 0, run: run('cancelled', 6 * 24) }, false],
  ['failed long ago', { takenAt: 0, run: run('failed', 8 * 24) }, true],
  ['runs, however long', { takenAt: 0, run: { status: 'running' as const, finishedAt: null } }, false],
])('a file is spent or not: %s', (_, use, expected) => expect(isSpent(use, NOW, 7)).toBe(expected));
