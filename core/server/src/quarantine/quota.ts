/** Most that refused items may take in the record, in bytes: of one source, and of all together. */
export interface Quota {
  sourceBytes: number;
  totalBytes: number;
}

/** About what a record costs beside its body: its other columns and its entries in indexes. */
export const RECORD_BYTES = 400;

const MB = 1024 * 1024;
export const DEFAULT_QUOTA: Quota = { sourceBytes: 50 * MB, totalBytes: 500 * MB };

export interface Sized {
  sourceId: string;
  bytes: number;
}

export interface Parted<T> {
  kept: T[];
  surplus: T[];
}

/**
 * Which of the items still fit, in their order. What does not fit is counted by whoever asks, not kept: with a public key
 * anybody may send what is refused, and it must not fill the disk nor push out what others are to look at.
 */
export function within<T extends Sized>(
  items: readonly T[],
  use: ReadonlyMap<string, number>,
  quota: Quota,
): Parted<T> {
  const taken = new Map(use);
  let total = [...use.values()].reduce((sum, bytes) => sum + bytes, 0);
  const parted: Parted<T> = { kept: [], surplus: [] };
  for (const item of items) {
    const mine = (taken.get(item.sourceId) ?? 0) + item.bytes;
    const fits = mine <= quota.sourceBytes && total + item.bytes <= quota.totalBytes;
    (fits ? parted.kept : parted.surplus).push(item);
    if (!fits) continue;
    taken.set(item.sourceId, mine);
    total += item.bytes;
  }
  return parted;
}
