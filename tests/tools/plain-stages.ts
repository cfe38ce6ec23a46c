/** A purchase as a shop's file tells it; money in ten-thousandths, which is how exact the platform's sums are. */
export interface Purchase {
  at: number;
  money: number;
}

/** What a lifecycle of five stages says, in plain numbers. */
export interface PlainRules {
  warnDays: number;
  dormantDays: number;
  lostDays: number;
  orders: number;
  money: number;
  /** What is enough for whoever is loyal to stay so. */
  ordersToStay: number;
  moneyToStay: number;
  loyalAtLeastDays: number;
  newcomer: string;
}

/** Where somebody went, and when; what happens within one instant is one step. */
export type Step = [at: number, place: string];

const DAY = 86_400_000;
/** Shanghai's offset; it has had no summer time since 1991. */
const OFFSET = 8 * 3_600_000;
const dayOf = (at: number): number => Math.floor((at + OFFSET) / DAY);
const startOf = (day: number): number => day * DAY - OFFSET;

/**
 * The way of one customer through the five stages, reckoned by hand from her purchases (in their order of arrival) and the
 * calendar: none of the platform's code is used, so that it can be held against it.
 */
export function wayOf(purchases: readonly Purchase[], rules: PlainRules, until: number): Step[] {
  const steps: Step[] = [];
  const days = new Map<number, { orders: number; money: number }>();
  let [clock, last, total, place, since] = [-Infinity, -Infinity, 0, '', 0];
  const look = (): void => {
    const year = { orders: 0, money: 0 };
    for (const [day, { orders, money }] of days)
      if (day > dayOf(clock) - 365 && day <= dayOf(clock)) {
        year.orders += orders;
        year.money += money;
      }
    const now = placeAt(clock, last, total, year, place, since, rules);
    if (now === place) return;
    if (now.split('/')[0] !== place.split('/')[0]) since = clock;
    place = now;
    if (steps.at(-1)?.[0] === clock) steps.pop();
    if (steps.at(-1)?.[1] !== place) steps.push([clock, place]);
  };
  const letPass = (to: number): void => {
    for (;;) {
      const coming = [rules.warnDays, rules.dormantDays, rules.lostDays].map((quiet) => last + quiet * DAY);
      for (const day of days.keys()) coming.push(startOf(day + 365));
      if (place.startsWith('loyal')) coming.push(since + rules.loyalAtLeastDays * DAY);
      const next = Math.min(...coming.filter((at) => at > clock));
      if (next > to) return;
      clock = next;
      look();
    }
  };
  for (const { at, money } of purchases) {
    letPass(at);
    clock = Math.max(clock, at);
    last = Math.max(last, at);
    total += 1;
    const day = days.get(dayOf(at)) ?? { orders: 0, money: 0 };
    days.set(dayOf(at), { orders: day.orders + 1, money: day.money + money });
    look();
  }
  letPass(until);
  return steps;
}

function placeAt(
  now: number,
  last: number,
  total: number,
  year: { orders: number; money: number },
  place: string,
  since: number,
  rules: PlainRules,
): string {
  const isLoyal = place.split('/')[0] === 'loyal';
  const mustStay = isLoyal && now < since + rules.loyalAtLeastDays * DAY;
  const isQuietFor = (days: number) => now >= last + days * DAY;
  if (!mustStay && isQuietFor(rules.warnDays)) {
    if (isQuietFor(rules.lostDays)) return 'churn/lost';
    return isQuietFor(rules.dormantDays) ? 'churn/dormant' : 'churn/at_risk';
  }
  const enters = year.orders >= rules.orders || year.money >= rules.money;
  const stays = isLoyal && (year.orders >= rules.ordersToStay || year.money >= rules.moneyToStay);
  if (mustStay || enters || stays) {
    if (year.orders >= rules.orders && year.money >= rules.money) return 'loyal/all_round';
    if (year.orders >= rules.ordersToStay) return 'loyal/frequent_small';
    return year.money >= rules.moneyToStay ? 'loyal/rare_large' : 'loyal';
  }
  return total >= 2 ? 'active' : rules.newcomer;
}

/** As the default lifecycle of an installation stands. */
export const DEFAULT_RULES: PlainRules = {
  warnDays: 45,
  dormantDays: 90,
  lostDays: 180,
  orders: 6,
  money: 3_000 * 10_000,
  ordersToStay: 6,
  moneyToStay: 3_000 * 10_000,
  loyalAtLeastDays: 1,
  newcomer: 'new',
};

/** The preset for retail chains; whoever is loyal stays so down to nine tenths, and for a week at least. */
export const retailRules = (orders: number, money: number): PlainRules => ({
  warnDays: 45,
  dormantDays: 90,
  lostDays: 180,
  orders,
  money: money * 10_000,
  ordersToStay: Math.floor(orders * 0.9),
  moneyToStay: Math.floor(money * 0.9) * 10_000,
  loyalAtLeastDays: 7,
  newcomer: 'new/one_shop',
});

/** The ends of the months from the first instant to the last, by the wall in Shanghai. */
export function monthEnds(first: number, last: number): number[] {
  const ends: number[] = [];
  const date = new Date(first + OFFSET);
  for (let month = date.getUTCMonth() + 1; ; month++) {
    const end = Date.UTC(date.getUTCFullYear(), month, 1) - OFFSET;
    ends.push(end);
    if (end > last) return ends;
  }
}

/** Where somebody stands just before an instant; empty before she came. */
export const placeBefore = (steps: readonly Step[], end: number): string =>
  steps.findLast(([at]) => at < end)?.[1] ?? '';

/** How many stand in each stage just before an instant. */
export function distribution(ways: Iterable<readonly Step[]>, end: number): Record<string, number> {
  const people: Record<string, number> = {};
  for (const steps of ways) {
    const stage = placeBefore(steps, end).split('/')[0]!;
    if (stage !== '') people[stage] = (people[stage] ?? 0) + 1;
  }
  return people;
}
