import { ownOf, type DaysSince, type Json, type Recency, type Tiers } from '@perennial/contract';
import { DAY } from '../../time/zone.js';
import type { StateTag, TagSlice } from '../tag.state.js';
import { earliest, evaluate, type Facts } from './condition.js';
import { calculate } from './formula.js';
import { measure } from './measure.js';
import type { CompiledTag, TagProgram } from './program.js';

export interface Computed {
  value: Json | undefined;
  /** Epoch ms at which time alone may change the value. */
  due?: number;
}

/** The value of one tag at `now` from cells, traits and the tags before it. Model and manual tags keep what was set. */
export function compute(tag: CompiledTag, slice: TagSlice, program: TagProgram, now: number): Computed {
  const { computation, key } = tag.definition;
  switch (computation.kind) {
    case 'aggregate':
      return computeAggregate(tag, slice, program, now);
    case 'daysSince':
      return computeDaysSince(computation, lastAtOf(tag, slice), program, now);
    case 'recency':
      return computeRecency(computation, lastAtOf(tag, slice), now);
    case 'tiers':
      return computeTiers(computation, factsOf(slice, now));
    case 'trait':
      return { value: traitOf(slice, computation.trait) };
    case 'formula': {
      const value = calculate(computation.formula, (kind, input) => factsOf(slice, now)[kind](input));
      return { value: value === undefined ? undefined : rounded(value, computation.decimals ?? 4) };
    }
    case 'model':
    case 'manual':
      return computeSet(slice.tags[key], now);
  }
}

/** A trait that was taken away has none. */
const traitOf = ({ traits }: TagSlice, key: string): Json | undefined => ownOf(traits, key)?.value ?? undefined;

/** What conditions of the tag kernel may see; stages belong to the kernel above and are unknown here. */
export const factsOf = (slice: TagSlice, now: number): Facts => ({
  tag: (key) => slice.tags[key]?.value,
  trait: (key) => traitOf(slice, key),
  stage: () => undefined,
  now,
});

/** A value that was set stays until it expires. */
function computeSet(known: StateTag | undefined, now: number): Computed {
  if (known?.expiresAt === undefined) return { value: known?.value };
  return known.expiresAt > now ? { value: known.value, due: known.expiresAt } : { value: undefined };
}

function computeAggregate(tag: CompiledTag, slice: TagSlice, { zone }: TagProgram, now: number): Computed {
  const { key, spec, reading } = tag.cell!;
  return measure(slice.cells[key], spec, reading, now, zone);
}

const lastAtOf = (tag: CompiledTag, slice: TagSlice): number | undefined =>
  slice.cells[tag.cell!.key]?.['all'] as number | undefined;

function computeDaysSince({ cap }: DaysSince, lastAt: number | undefined, { zone }: TagProgram, now: number): Computed {
  if (lastAt === undefined) return { value: undefined };
  const days = Math.max(0, zone.dayOf(now) - zone.dayOf(lastAt));
  return days >= cap ? { value: cap } : { value: days, due: zone.startOf(zone.dayOf(lastAt) + days + 1) };
}

function computeRecency({ bands, otherwise }: Recency, lastAt: number | undefined, now: number): Computed {
  if (lastAt === undefined) return { value: undefined };
  const band = bands.find(({ withinDays }) => now < lastAt + withinDays * DAY);
  return band ? { value: band.value, due: lastAt + band.withinDays * DAY } : { value: otherwise };
}

function computeTiers({ tiers, otherwise }: Tiers, facts: Facts): Computed {
  const dues: (number | undefined)[] = [];
  for (const { when, value } of tiers) {
    const verdict = evaluate(when, facts);
    dues.push(verdict.due);
    if (verdict.holds) return withDue(value, earliest(dues));
  }
  return withDue(otherwise, earliest(dues));
}

const withDue = (value: Json | undefined, due: number | undefined): Computed =>
  due === undefined ? { value } : { value, due };

/** What is not finite is no value. */
function rounded(value: number, decimals: number): number | undefined {
  const result = Math.floor(value * 10 ** decimals + 0.5) / 10 ** decimals;
  return Number.isFinite(result) ? result : undefined;
}
