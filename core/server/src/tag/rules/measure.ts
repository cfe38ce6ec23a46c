import type { Aggregate, Json, Window } from '@perennial/contract';
import type { Zone } from '../../time/zone.js';
import { byCountThenText, fromUnits, joinPartials, MAX_SEEN, type Cell, type CellSpec, type Partial } from './cell.js';
import { entersWith, leavesWith, spanAt, startOf, unitOf } from './window.js';

export interface Measured {
  value: Json | undefined;
  /** Epoch ms at which time alone may change the value. */
  due?: number;
}

/** How the total of a cell is shown; not part of what is kept, so tags that differ only here share a cell. */
export type Reading = Pick<Aggregate, 'limit' | 'weight'>;

export const DEFAULT_SCORES = 10;

/** The value of a cell at `now`. Nothing counted gives no value, also for `count`: one empty for all tags. */
export function measure(cell: Cell | undefined, spec: CellSpec, reading: Reading, now: number, zone: Zone): Measured {
  if (!cell) return { value: undefined };
  const { window } = spec;
  if (!window) return { value: valueOf(spec, reading, cell['all']) };
  const { from, to } = spanAt(window, now, zone);
  const buckets = Object.keys(cell).map(Number);
  const counted = buckets.filter((bucket) => bucket >= from && bucket <= to).sort((a, b) => a - b);
  const value = counted.length === 0 ? undefined : total(cell, counted, spec, reading);
  const next = nextBucket(window, counted[0], least(buckets, to));
  return next === undefined ? { value } : { value, due: startOf(unitOf(window), next, zone) };
}

/** The bucket with which the oldest that counts leaves or the oldest that is too new comes in. */
function nextBucket(window: Window, oldest: number | undefined, tooNew: number | undefined): number | undefined {
  const leaves = oldest === undefined ? undefined : leavesWith(window, oldest);
  const enters = tooNew === undefined ? undefined : entersWith(window, tooNew);
  if (leaves === undefined || enters === undefined) return leaves ?? enters;
  return Math.min(leaves, enters);
}

function least(buckets: number[], above: number): number | undefined {
  const newer = buckets.filter((bucket) => bucket > above);
  return newer.length > 0 ? Math.min(...newer) : undefined;
}

function total(cell: Cell, buckets: number[], spec: CellSpec, reading: Reading): Json | undefined {
  if (spec.measure === 'days') return buckets.length;
  if (spec.measure === 'streak') return longestRun(buckets);
  const sum = buckets.map((bucket) => cell[String(bucket)]!).reduce((a, b) => joinPartials(spec.measure, a, b));
  return valueOf(spec, reading, sum);
}

function longestRun(days: number[]): number {
  let [longest, run] = [0, 0];
  days.forEach((day, i) => {
    run = days[i - 1] === day - 1 ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest;
}

function valueOf(spec: CellSpec, reading: Reading, sum: Partial | undefined): Json | undefined {
  if (sum === undefined) return undefined;
  switch (spec.measure) {
    case 'count':
    case 'firstAt':
    case 'lastAt':
      return Number(sum);
    case 'sum':
    case 'min':
    case 'max':
      return fromUnits(sum as number);
    case 'average':
      return average(sum as { n: number; sum: number });
    case 'first':
    case 'last':
      return (sum as { value: Json }).value;
    case 'distinct':
      return ranked(sum).length;
    case 'top':
      return topOf(ranked(sum), reading.limit);
    case 'scores':
      return scoresOf(ranked(sum).slice(0, reading.limit ?? DEFAULT_SCORES), reading.weight !== undefined);
    case 'hour':
    case 'weekday':
      return mostFrequentNumber(sum);
    case 'days':
    case 'streak':
      return 1;
  }
}

const average = ({ n, sum }: { n: number; sum: number }): number => fromUnits(Math.floor(sum / n + 0.5));

const ranked = (sum: Partial): [string, number][] =>
  Object.entries((sum as { seen: Record<string, number> }).seen)
    .sort(byCountThenText)
    .slice(0, MAX_SEEN);

const topOf = (entries: [string, number][], limit: number | undefined): Json =>
  limit === undefined ? entries[0]![0] : entries.slice(0, limit).map(([value]) => value);

const scoresOf = (entries: [string, number][], isWeighted: boolean): Json =>
  Object.fromEntries(entries.map(([value, score]) => [value, isWeighted ? fromUnits(score) : score]));

const mostFrequentNumber = (sum: Partial): number =>
  Object.entries((sum as { seen: Record<string, number> }).seen)
    .map(([value, times]) => [Number(value), times] as const)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]![0];
