/** How well a partition agrees with the truth, over the items that both know. */
export interface PartitionScore {
  /** Of the pairs put together, the share that belongs together. */
  precision: number;
  /** Of the pairs that belong together, the share put together. */
  recall: number;
}

/** Pairwise precision and recall, counted by group sizes instead of by pairs: linear in the number of items. */
export function scorePartition(items: Iterable<{ truth: number; found: string }>): PartitionScore {
  const [both, truths, founds] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  for (const { truth, found } of items) {
    add(both, `${truth}\n${found}`);
    add(truths, String(truth));
    add(founds, found);
  }
  const together = pairs(both);
  return { precision: together / Math.max(1, pairs(founds)), recall: together / Math.max(1, pairs(truths)) };
}

const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
const pairs = (counts: Map<string, number>): number =>
  [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
