/** A lease as it stands in the record. */
export interface LeaseRow {
  name: string;
  holder: string;
  until: number;
}

export interface Share {
  /** The slot that this core takes or renews, by which the others count it; undefined when there are too many cores. */
  slot: string | undefined;
  /** Partitions it holds and renews. */
  keep: number[];
  /** Partitions it gives back, because another core has less than its part. */
  drop: number[];
  /** Partitions that nobody has and that it may take. */
  take: number[];
}

export const SLOT = 'log-core.';
export const PARTITION = 'log-part.';

/** Which partitions a core should have: all cores that are alive get as many, as far as whole numbers allow. */
export function shareOf(rows: LeaseRow[], me: string, now: number, partitions: number): Share {
  const alive = new Map(rows.filter(({ until, holder }) => until > now && holder !== '').map((row) => [row.name, row]));
  const numbers = Array.from({ length: partitions }, (_, n) => n);
  const slots = numbers.map((n) => `${SLOT}${n}`);
  const mine = slots.find((name) => alive.get(name)?.holder === me);
  const slot = mine ?? slots.find((name) => !alive.has(name));
  const cores = slots.filter((name) => alive.has(name)).length + (mine ? 0 : 1);
  const part = slot ? Math.ceil(partitions / cores) : 0;
  const held = numbers.filter((n) => alive.get(`${PARTITION}${n}`)?.holder === me);
  const free = numbers.filter((n) => !alive.has(`${PARTITION}${n}`));
  return {
    slot,
    keep: held.slice(0, part),
    drop: held.slice(part),
    take: free.slice(0, Math.max(0, part - held.length)),
  };
}
