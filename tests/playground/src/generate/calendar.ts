import type { Random } from './random.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const YEAR = 365 * DAY;
/** Asia/Shanghai has had no summer time since 1991. */
const SHANGHAI = 8 * HOUR;

/** Great days of Chinese retail: month, day, days of run-up, and how many ordinary days the day itself is worth. */
const GREAT_DAYS = [
  [3, 8, 7, 2.5],
  [6, 18, 17, 4.5],
  [11, 11, 18, 5.5],
] as const;
const WEEKEND = 1.25;
/** People come less in the days after a great day. */
const HANGOVER_DAYS = 4;
const HANGOVER = 0.7;

const ONLINE_HOURS = [2, 1, 0.3, 0.2, 0.2, 0.3, 1, 2, 3, 3, 3, 3, 5, 5, 3, 3, 3, 3, 4, 6, 8, 9, 8, 5];
const SHOP_HOURS = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 4, 4, 5, 5, 5, 5, 6, 7, 6, 3, 0, 0];

/** Midnight in Shanghai of the day of an instant. */
export const dayOf = (at: number): number => Math.floor((at + SHANGHAI) / DAY) * DAY - SHANGHAI;

/** How busy a day is against an ordinary Tuesday; `pull` says how far great days move people (0 not at all, 1 fully). */
export function busyness(day: number, pull: number): number {
  const date = new Date(day + SHANGHAI);
  const isWeekend = date.getUTCDay() % 6 === 0;
  return (isWeekend ? WEEKEND : 1) * (1 + pull * (greatness(date) - 1));
}

function greatness(date: Date): number {
  for (const [month, dayOfMonth, runUp, height] of GREAT_DAYS) {
    const days = Math.round((Date.UTC(date.getUTCFullYear(), month - 1, dayOfMonth) - date.getTime()) / DAY);
    if (days >= 0 && days <= runUp) return 1 + (height - 1) * (1 - days / (runUp + 1)) ** 2;
    if (days < 0 && days >= -HANGOVER_DAYS) return HANGOVER;
  }
  return 1;
}

/** Draws days of a span as often as they are busy. Times are epoch ms. */
export class Calendar {
  private readonly first: number;
  /** Busyness of all days before the nth. */
  private readonly sums: number[] = [0];

  constructor(from: number, to: number, pull: number) {
    this.first = dayOf(from);
    for (let day = this.first; day < to; day += DAY) this.sums.push(this.sums.at(-1)! + busyness(day, pull));
  }

  /** Midnight of a day from that of `low` to that of `high`. */
  dayBetween(low: number, high: number, random: Random): number {
    const [from, to] = [this.numberOf(low), Math.max(this.numberOf(low), this.numberOf(high)) + 1];
    const target = random.between(this.sums[from]!, this.sums[to]!);
    let [left, right] = [from, to - 1];
    while (left < right) {
      const middle = (left + right) >> 1;
      if (this.sums[middle + 1]! > target) right = middle;
      else left = middle + 1;
    }
    return this.first + left * DAY;
  }

  private numberOf(at: number): number {
    const number = Math.floor((dayOf(at) - this.first) / DAY);
    return Math.min(Math.max(0, number), this.sums.length - 2);
  }
}

/** An instant of that day at which people of Shanghai shop; evenings most. */
export function hourOf(day: number, place: 'online' | 'shop', random: Random): number {
  const hours = (place === 'shop' ? SHOP_HOURS : ONLINE_HOURS).map((weight, hour) => [hour, weight] as const);
  return day + random.weighted(hours) * HOUR + random.whole(0, HOUR - 1);
}
