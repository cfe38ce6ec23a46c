import type { Json, JsonScalar, Measure } from '@perennial/contract';
import { byText } from './order.js';

/** What one cell measures: an event filter's key is not its business, only how single values add up. */
export interface CellSpec {
  measure: Measure;
  /** Calendar days kept, today included; absent means all time in one bucket. */
  windowDays?: number;
}

/** What one calendar day (or all time) adds up to. Merging two partials in any order gives the same partial. */
export type Partial =
  number | { n: number; sum: number } | { at: number; value: JsonScalar } | { seen: Record<string, number> };

/** Partials by calendar day; a cell without a window has the single key `all`. */
export type Cell = Record<string, Partial>;

/** One event as a cell sees it. */
export interface Sample {
  at: number;
  day: number;
  /** The measured property; undefined where the measure needs none. */
  value: Json | undefined;
}

/** Values of `distinct` and `top` that one bucket keeps; the most frequent stay, so that a profile stays bounded. */
export const MAX_SEEN = 500;

/** Amounts are kept as whole ten-thousandths, so that sums do not depend on the order of their terms. */
const SCALE = 10_000;
export const toUnits = (value: number): number => Math.round(value * SCALE);
export const fromUnits = (units: number): number => units / SCALE;

/** The sample as a partial of its own, or undefined when the measure has no use for its value. */
export function partialOf(measure: Measure, { at, value }: Sample): Partial | undefined {
  switch (measure) {
    case 'count':
      return 1;
    case 'firstAt':
    case 'lastAt':
      return at;
    case 'sum':
    case 'min':
    case 'max':
      return isNumber(value) ? toUnits(value) : undefined;
    case 'average':
      return isNumber(value) ? { n: 1, sum: toUnits(value) } : undefined;
    case 'first':
    case 'last':
      return isScalar(value) ? { at, value } : undefined;
    case 'distinct':
    case 'top':
      return isScalar(value) && value !== null && value !== '__proto__' ? { seen: { [String(value)]: 1 } } : undefined;
  }
}

const isNumber = (value: Json | undefined): value is number => typeof value === 'number' && Number.isFinite(value);
const isScalar = (value: Json | undefined): value is JsonScalar => value !== undefined && typeof value !== 'object';

/** Two partials of the same measure as one; commutative and associative. */
export function joinPartials(measure: Measure, a: Partial, b: Partial): Partial {
  switch (measure) {
    case 'count':
    case 'sum':
      return (a as number) + (b as number);
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
      return { seen: joinSeen((a as Seen).seen, (b as Seen).seen) };
  }
}

type Average = { n: number; sum: number };
type Stamped = { at: number; value: JsonScalar };
type Seen = { seen: Record<string, number> };

const joinAverages = (a: Average, b: Average): Average => ({ n: a.n + b.n, sum: a.sum + b.sum });

/** Ties of time are broken by the value's text: a total order, so that both engines agree. */
const compareStamped = (a: Stamped, b: Stamped): number =>
  a.at - b.at || byText(JSON.stringify(a.value), JSON.stringify(b.value));

function joinSeen(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const joined = { ...a };
  for (const [value, times] of Object.entries(b)) joined[value] = (joined[value] ?? 0) + times;
  const entries = Object.entries(joined);
  if (entries.length <= MAX_SEEN) return joined;
  return Object.fromEntries(entries.sort(byCountThenText).slice(0, MAX_SEEN));
}

export const byCountThenText = (a: [string, number], b: [string, number]): number => b[1] - a[1] || byText(a[0], b[0]);

/** The cell with the sample added; a sample older than the window at `today` changes nothing. Mutates `cell`. */
export function addSample(cell: Cell, spec: CellSpec, sample: Sample, today: number): boolean {
  if (spec.windowDays !== undefined && sample.day <= today - spec.windowDays) return false;
  const partial = partialOf(spec.measure, sample);
  if (partial === undefined) return false;
  const key = spec.windowDays === undefined ? 'all' : String(sample.day);
  const known = cell[key];
  cell[key] = known === undefined ? partial : joinPartials(spec.measure, known, partial);
  return true;
}

/** Two people's cells of one specification as one. */
export function joinCells(measure: Measure, a: Cell, b: Cell): Cell {
  const joined: Cell = { ...a };
  for (const [day, partial] of Object.entries(b)) {
    const known = joined[day];
    joined[day] = known === undefined ? partial : joinPartials(measure, known, partial);
  }
  return joined;
}

/** Drops the days that have left the window. Mutates `cell`. */
export function pruneCell(cell: Cell, spec: CellSpec, today: number): void {
  if (spec.windowDays === undefined) return;
  for (const day in cell) if (Number(day) <= today - spec.windowDays) delete cell[day];
}
