import { UNHELD } from '../../identity/index.js';

/** How today's people and a trial's relate, by the identifiers that they hold. */
export interface Comparison {
  peopleBefore: number;
  peopleAfter: number;
  /** People of today who share one of the trial's. */
  merges: Map<number, number[]>;
  /** People of today who are shared out, with the trial's people. */
  splits: Map<number, number[]>;
  /** People of today who hang together through a merge or a split, so that each group can be worked on by itself. */
  affected: number[][];
  largest: { before: number[]; after: number[] };
}

const SHOWN = 20;

/** `today` and `trial` give each identifier's person, in the same order; 0 is nobody. */
export function compare(today: Uint32Array, trial: Uint32Array): Comparison {
  const [before, after] = [sizes(today), sizes(trial)];
  const pairs = new Set<number>();
  for (let at = 0; at < today.length; at++)
    if (today[at] !== UNHELD && trial[at] !== UNHELD) pairs.add(today[at]! * FACTOR + trial[at]!);
  const [byTrial, byToday] = [new Map<number, number[]>(), new Map<number, number[]>()];
  for (const pair of pairs) {
    const [one, other] = [Math.floor(pair / FACTOR), pair % FACTOR];
    push(byTrial, other, one);
    push(byToday, one, other);
  }
  const merges = severals(byTrial);
  const splits = severals(byToday);
  return {
    peopleBefore: before.size,
    peopleAfter: after.size,
    merges,
    splits,
    affected: hangingTogether(merges, splits, byTrial, today, trial),
    largest: { before: largest(before), after: largest(after) },
  };
}

/** Two numbers below 2^26 as one below 2^53: 67 million people. */
const FACTOR = 2 ** 26;

function push(map: Map<number, number[]>, key: number, value: number): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

const severals = (map: Map<number, number[]>): Map<number, number[]> =>
  new Map([...map].filter(([, list]) => list.length > 1));

function sizes(people: Uint32Array): Map<number, number> {
  const found = new Map<number, number>();
  for (const person of people) if (person !== UNHELD) found.set(person, (found.get(person) ?? 0) + 1);
  return found;
}

const largest = (found: Map<number, number>): number[] => [...found.values()].sort((a, b) => b - a).slice(0, SHOWN);

function hangingTogether(
  merges: Map<number, number[]>,
  splits: Map<number, number[]>,
  byTrial: Map<number, number[]>,
  today: Uint32Array,
  trial: Uint32Array,
): number[][] {
  const leader = new Map<number, number>();
  const find = (person: number): number => {
    let at = person;
    for (let next = leader.get(at) ?? at; next !== at; next = leader.get(at) ?? at) at = next;
    leader.set(person, at);
    return at;
  };
  const join = (one: number, other: number) => void leader.set(find(one), find(other));
  for (const [first, ...others] of merges.values()) for (const other of others) join(first!, other);
  for (const person of splits.keys()) find(person);
  for (const person of withOrFromNobody(byTrial, today, trial)) find(person);
  const groups = new Map<number, number[]>();
  for (const person of leader.keys()) push(groups, find(person), person);
  return [...groups.values()].map((group) => group.sort((a, b) => a - b));
}

/** People who lose an identifier to nobody, or gain one that nobody held, change as well. */
function* withOrFromNobody(byTrial: Map<number, number[]>, today: Uint32Array, trial: Uint32Array): Generator<number> {
  for (let at = 0; at < today.length; at++) {
    if (today[at] !== UNHELD && trial[at] === UNHELD) yield today[at]!;
    if (today[at] === UNHELD && trial[at] !== UNHELD) yield* byTrial.get(trial[at]!) ?? [];
  }
}
