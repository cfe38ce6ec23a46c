import type { EventPair, NameCount, ParityCount, ParityEvent, ParityFigures, ParityResult } from '@perennial/contract';

/** Counts of one event; without a day, of the whole period; without a name, of all events. */
export interface Counted extends ParityCount {
  day: string;
  name: string;
}

const key = (name: string, day: string): string => `${name}\n${day}`;
const NONE: ParityCount = { events: 0 };

const indexed = (counts: Counted[]): Map<string, ParityCount> => {
  const index = new Map<string, ParityCount>();
  for (const count of counts) index.set(key(count.name, count.day), sum(index.get(key(count.name, count.day)), count));
  return index;
};

/** People of two rows are not added: the same person may stand in both. */
function sum(one: ParityCount | undefined, { events, people, users }: ParityCount): ParityCount {
  if (!one) return { events, ...(people !== undefined && { people }), ...(users !== undefined && { users }) };
  return { events: one.events + events };
}

/** Names with their counts over the period, most frequent first. */
export function namesOf(counts: Counted[]): NameCount[] {
  const names = new Map<string, number>();
  for (const { name, day, events } of counts)
    if (name !== '' && day !== '') names.set(name, (names.get(name) ?? 0) + events);
  return [...names]
    .map(([name, count]) => ({ name, count }))
    .toSorted((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1));
}

export function figuresOf(old: ParityCount, ours: ParityCount, threshold: number): ParityFigures {
  const difference = old.events === 0 ? null : (ours.events - old.events) / old.events;
  const isFlagged = difference === null ? ours.events > 0 : Math.abs(difference) > threshold;
  return { old, ours, difference, isFlagged };
}

/** The pairs of names, day by day. Days on which both counted nothing are told all the same: a gap is what one looks for. */
export function compare(
  sides: { old: Counted[]; ours: Counted[] },
  pairs: EventPair[],
  days: string[],
  threshold: number,
): Omit<ParityResult, 'refused'> {
  const [old, ours] = [indexed(sides.old), indexed(sides.ours)];
  const at = (index: Map<string, ParityCount>, name: string, day: string) => index.get(key(name, day)) ?? NONE;
  const events = pairs.map((pair): ParityEvent => {
    const perDay = days.map((day) => ({
      day,
      ...figuresOf(at(old, pair.old, day), at(ours, pair.ours, day), threshold),
    }));
    const total = { old: wholeOf(old, pair.old, perDay, 'old'), ours: wholeOf(ours, pair.ours, perDay, 'ours') };
    return { names: pair, ...figuresOf(total.old, total.ours, threshold), days: perDay };
  });
  const perDay = days.map((day, i) => ({
    day,
    ...addUp(
      events.map((event) => event.days[i]!),
      threshold,
    ),
  }));
  return {
    total: addUp(events, threshold),
    days: perDay,
    events: events.toSorted(
      (one, other) => other.old.events - one.old.events || (one.names.ours < other.names.ours ? -1 : 1),
    ),
    unpaired: unpairedOf(sides, pairs),
  };
}

/** A period's people are counted over the period, where somebody did; a table of days cannot tell them. */
function wholeOf(
  index: Map<string, ParityCount>,
  name: string,
  days: ParityFigures[],
  side: 'old' | 'ours',
): ParityCount {
  const events = days.reduce((total, figures) => total + figures[side].events, 0);
  const { people, users } = index.get(key(name, '')) ?? NONE;
  return { events, ...(people !== undefined && { people }), ...(users !== undefined && { users }) };
}

/** Events of several names add up; their people do not. */
function addUp(figures: ParityFigures[], threshold: number): ParityFigures {
  const events = (side: 'old' | 'ours') => figures.reduce((total, figure) => total + figure[side].events, 0);
  return figuresOf({ events: events('old') }, { events: events('ours') }, threshold);
}

function unpairedOf({ old, ours }: { old: Counted[]; ours: Counted[] }, pairs: EventPair[]): ParityResult['unpaired'] {
  const paired = { old: new Set(pairs.map((pair) => pair.old)), ours: new Set(pairs.map((pair) => pair.ours)) };
  return {
    old: namesOf(old).filter(({ name }) => !paired.old.has(name)),
    ours: namesOf(ours).filter(({ name }) => !paired.ours.has(name)),
  };
}
