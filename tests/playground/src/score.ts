/** How well a partition agrees with the truth, over the items that both know. */
export interface PartitionScore {
  /** Of the pairs put together, the share that belongs together. */
  precision: number;
  /** Of the pairs that belong together, the share put together. */
  recall: number;
}

export interface FullScore extends PartitionScore {
  /** The same two, as the mean over items of how pure and how whole an item's own group is (Bagga and Baldwin 1998). */
  bCubedPrecision: number;
  bCubedRecall: number;
}

/** Pairwise and B-cubed, counted by group sizes instead of by pairs: linear in the number of items. */
export function scorePartition(items: Iterable<{ truth: number; found: string | number }>): FullScore {
  const [both, truths, founds] = [new Map<string, number>(), new Map<number, number>(), new Map<string, number>()];
  let all = 0;
  for (const { truth, found } of items) {
    all += 1;
    add(both, `${truth}\n${found}`);
    add(truths, truth);
    add(founds, String(found));
  }
  const together = pairs(both);
  let [pure, whole] = [0, 0];
  for (const [key, n] of both) {
    const [truth, found] = key.split('\n') as [string, string];
    pure += (n * n) / founds.get(found)!;
    whole += (n * n) / truths.get(Number(truth))!;
  }
  return {
    precision: together / Math.max(1, pairs(founds)),
    recall: together / Math.max(1, pairs(truths)),
    bCubedPrecision: pure / Math.max(1, all),
    bCubedRecall: whole / Math.max(1, all),
  };
}

const add = <T>(counts: Map<T, number>, key: T): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
const pairs = (counts: Map<unknown, number>): number =>
  [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
