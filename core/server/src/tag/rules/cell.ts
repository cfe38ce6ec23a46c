import { ownOf, putOwn, type Json, type JsonScalar, type Measure, type Window } from '@perennial/contract';
import { byText } from './order.js';
import { byValue, textOf } from './value.order.js';
import type { Span } from './window.js';

/** What one cell measures: an event filter's key is not its business, only how single values add up. */
export interface CellSpec {
  measure: Measure;
  /** Absent means all time in one bucket. */
  window?: Window;
}

/** What one bucket (a day, an hour, a minute or all time) adds up to. Merging two in any order gives the same partial. */
export type Partial =
  number | { n: number; sum: number } | { at: number; value: JsonScalar } | { seen: Record<string, number> };

/** Partials by bucket; a cell without a window has the single key `all`. */
export type Cell = Record<string, Partial>;

/** One event as a cell sees it. */
export interface Sample {
  at: number;
  bucket: number;
  /** The measured property; undefined where the measure needs none. */
  value: Json | undefined;
  /** By what it is ranked in `top` and `scores`; 1 where nothing is said. */
  weight: Json | undefined;
  /** The wall clock: 0 to 23, and 1 (Monday) to 7. */
  hour: number;
  weekday: number;
}

/** Values of `distinct` and `top` that one bucket keeps; the most frequent stay, so that a profile stays bounded. */
export const MAX_SEEN = 500;

/** How far a bucket may exceed that before the rare ones go, so that not every new value costs a sorting. */
const SLACK = 1.2;

/** Amounts are kept as whole ten-thousandths, so that sums do not depend on the order of their terms. */
const SCALE = 10_000;
/** Larger amounts are no amounts: a hundred billion, so that ten thousand of them still add up exactly. */
export const MAX_AMOUNT = 1e11;
export const toUnits = (value: number): number => Math.floor(value * SCALE + 0.5);
export const fromUnits = (units: number): number => units / SCALE;

/** The sample as a partial of its own, or undefined when the measure has no use for its value. */
export function partialOf(measure: Measure, { at, value, weight, hour, weekday }: Sample): Partial | undefined {
  switch (measure) {
    case 'count':
    case 'days':
    case 'streak':
      return 1;
    case 'firstAt':
    case 'lastAt':
      return at;
    case 'sum':
    case 'min':
    case 'max':
      return isAmount(value) ? toUnits(value) : undefined;
    case 'average':
      return isAmount(value) ? { n: 1, sum: toUnits(value) } : undefined;
    case 'first':
    case 'last':
      return isScalar(value) ? { at, value } : undefined;
    case 'distinct':
    case 'top':
    case 'scores':
      return seenOf(value, weight);
    case 'hour':
      return { seen: { [hour]: 1 } };
    case 'weekday':
      return { seen: { [weekday]: 1 } };
  }
}

export const isAmount = (value: Json | undefined): value is number =>
  typeof value === 'number' && Math.abs(value) <= MAX_AMOUNT;
const isScalar = (value: Json | undefined): value is JsonScalar =>
  value !== undefined && value !== null && typeof value !== 'object';

/** Each value of a list counts for itself: an order has several categories. */
function seenOf(value: Json | undefined, weight: Json | undefined): Seen | undefined {
  if (weight !== undefined && !isAmount(weight)) return undefined;
  const units = weight === undefined ? 1 : toUnits(weight);
  if (!Array.isArray(value)) return isScalar(value) ? { seen: { [textOf(value)]: units } } : undefined;
  const seen: Record<string, number> = {};
  for (const item of value) if (isScalar(item)) addTo(seen, textOf(item), units);
  return isNothing(seen) ? undefined : { seen };
}

const addTo = (seen: Record<string, number>, value: string, times: number): void =>
  putOwn(seen, value, (ownOf(seen, value) ?? 0) + times);

function isNothing(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

/** Two partials of the same measure as one; commutative and associative. */
export function joinPartials(measure: Measure, a: Partial, b: Partial): Partial {
  switch (measure) {
    case 'count':
    case 'sum':
      return (a as number) + (b as number);
    case 'days':
    case 'streak':
      return 1;
    case 'min':
    case 'firstAt':
      return Math.min(a as number, b as number);
    case 'max':
    case 'lastAt':
      return Math.max(a as number, b as number);
    case 'average':
      return joinAverages(a as Average, b as Average);
    case 'first':
      return compareStamped(a as Stamped, b as Stamped) <= 0 ? a : b;
    case 'last':
      return compareStamped(a as Stamped, b as Stamped) >= 0 ? a : b;
    case 'distinct':
    case 'top':
    case 'scores':
    case 'hour':
    case 'weekday':
      return { seen: joinSeen((a as Seen).seen, (b as Seen).seen) };
  }
}

type Average = { n: number; sum: number };
type Stamped = { at: number; value: JsonScalar };
type Seen = { seen: Record<string, number> };
const isSeen = (partial: Partial | undefined): partial is Seen => typeof partial === 'object' && 'seen' in partial;

const joinAverages = (a: Average, b: Average): Average => ({ n: a.n + b.n, sum: a.sum + b.sum });

/** Ties of time are broken by the value: a total order, so that both engines agree. */
const compareStamped = (a: Stamped, b: Stamped): number => a.at - b.at || byValue(a.value, b.value);

function joinSeen(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const joined = { ...a };
  for (const [value, times] of Object.entries(b)) addTo(joined, value, times);
  return mostSeen(joined);
}

/** The rare ones go when there are too many. */
function mostSeen(seen: Record<string, number>): Record<string, number> {
  const entries = Object.entries(seen);
  if (entries.length <= MAX_SEEN * SLACK) return seen;
  return Object.fromEntries(entries.sort(byCountThenText).slice(0, MAX_SEEN));
}

/** How many values a partial holds, as long as it is in memory: counting them for each new one would be quadratic. */
const sizes = new WeakMap<Seen, number>();

function countNew(known: Seen): void {
  const size = (sizes.get(known) ?? Object.keys(known.seen).length - 1) + 1;
  sizes.set(known, size);
  if (size <= MAX_SEEN * SLACK) return;
  known.seen = mostSeen(known.seen);
  sizes.set(known, MAX_SEEN);
}

/** One more value, in place: a copy of hundreds of values for each event would be most of the work of counting it. */
function addSeen(known: Seen, { seen }: Seen): void {
  for (const value in seen) {
    const isNew = !Object.hasOwn(known.seen, value);
    addTo(known.seen, value, seen[value]!);
    if (isNew) countNew(known);
  }
}

export const byCountThenText = (a: [string, number], b: [string, number]): number => b[1] - a[1] || byText(a[0], b[0]);

/** The cell with the sample added; a sample older than the window `span` changes nothing. Mutates `cell`. */
export function addSample(cell: Cell, spec: CellSpec, sample: Sample, span: Span | undefined): boolean {
  if (span && sample.bucket < span.from) return false;
  const partial = partialOf(spec.measure, sample);
  if (partial === undefined) return false;
  const key = span ? String(sample.bucket) : 'all';
  const known = cell[key];
  if (isSeen(known)) addSeen(known, partial as Seen);
  else cell[key] = known === undefined ? partial : joinPartials(spec.measure, known, partial);
  return true;
}

/** Two people's cells of one specification as one. */
export function joinCells(measure: Measure, a: Cell, b: Cell): Cell {
  const joined: Cell = { ...a };
  for (const [bucket, partial] of Object.entries(b)) {
    const known = joined[bucket];
    joined[bucket] = known === undefined ? partial : joinPartials(measure, known, partial);
  }
  return joined;
}

/** Drops the buckets that have left the window. Mutates `cell`. */
export function pruneCell(cell: Cell, span: Span | undefined): void {
  if (!span) return;
  for (const bucket in cell) if (Number(bucket) < span.from) delete cell[bucket];
}
