import type { Json } from '@perennial/contract';
import { byCountThenText, fromUnits, joinPartials, type Cell, type CellSpec, type Partial } from './cell.js';

export interface Measured {
  value: Json | undefined;
  /** The calendar day on which the oldest bucket leaves the window. */
  dueDay?: number;
}

/** The value of a cell on calendar day `today`. Nothing counted gives no value, also for `count`: one empty for all tags. */
export function measure(cell: Cell | undefined, spec: CellSpec, today: number): Measured {
  if (!cell) return { value: undefined };
  if (spec.windowDays === undefined) return { value: valueOf(spec, cell['all']) };
  const days = Object.keys(cell)
    .map(Number)
    .filter((day) => day > today - spec.windowDays!);
  if (days.length === 0) return { value: undefined };
  const total = days.map((day) => cell[String(day)]!).reduce((a, b) => joinPartials(spec.measure, a, b));
  return { value: valueOf(spec, total), dueDay: Math.min(...days) + spec.windowDays };
}

function valueOf(spec: CellSpec, total: Partial | undefined): Json | undefined {
  if (total === undefined) return undefined;
  switch (spec.measure) {
    case 'count':
    case 'firstAt':
    case 'lastAt':
      return Number(total);
    case 'sum':
    case 'min':
    case 'max':
      return fromUnits(total as number);
    case 'average':
      return average(total as { n: number; sum: number });
    case 'first':
    case 'last':
      return (total as { value: Json }).value;
    case 'distinct':
      return Object.keys((total as { seen: object }).seen).length;
    case 'top':
      return Object.entries((total as { seen: Record<string, number> }).seen).sort(byCountThenText)[0]?.[0];
  }
}

const average = ({ n, sum }: { n: number; sum: number }): number => fromUnits(Math.round(sum / n));
