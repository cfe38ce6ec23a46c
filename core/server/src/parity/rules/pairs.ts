import type { EventPair, NameCount } from '@perennial/contract';

/** Names that mean one thing in the trackers of the field. */
const SAME: Record<string, string> = {
  pageview: 'page',
  viewpage: 'page',
  pageviewed: 'page',
  appviewscreen: 'screen',
  mpviewscreen: 'page',
  mplaunch: 'applicationopened',
  signup: 'signedup',
};

/** `$pageview`, `Order Completed`, `order_completed` and `orderCompleted`, as a reader takes them. */
export function plainName(name: string): string {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return SAME[plain] ?? plain;
}

/** Pairs of equal names, then of names that read alike; each name stands in one pair. */
export function proposePairs(old: NameCount[], ours: NameCount[]): EventPair[] {
  const pairs: EventPair[] = [];
  const free = new Set(ours.map(({ name }) => name));
  const taken = new Set<string>();
  const pair = (name: string, other: string | undefined) => {
    if (other === undefined || taken.has(name) || !free.delete(other)) return;
    taken.add(name);
    pairs.push({ old: name, ours: other });
  };
  for (const { name } of old) pair(name, free.has(name) ? name : undefined);
  for (const { name } of old)
    pair(
      name,
      [...free].find((other) => plainName(other) === plainName(name)),
    );
  return pairs;
}
