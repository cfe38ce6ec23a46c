import type { IdentifierRef } from './identifier.ref.js';
import type { KindTable } from './kinds.js';
import { isLatent } from './rulebook.js';

/** A kind and namespace of which two groups of identifiers together would hold too many. */
export interface BrokenLimit {
  kind: string;
  namespace: string;
  limit: number;
}

/**
 * The limits that would be broken if both groups were one person's (law 3). A group that is over its limit already, by
 * a person's decision, an alias or an older rule, does not hinder what adds nothing to the excess.
 */
export function brokenLimits(a: Iterable<IdentifierRef>, b: Iterable<IdentifierRef>, kinds: KindTable): BrokenLimit[] {
  const slots = new Map<string, { ref: IdentifierRef; both: Set<string>; sizes: [number, number] }>();
  for (const [side, group] of [a, b].entries())
    for (const ref of group) {
      if (kinds.get(ref.kind)?.perProfile === undefined || isLatent(ref)) continue;
      const key = `${ref.kind}\n${ref.namespace}`;
      const slot = slots.get(key) ?? { ref, both: new Set<string>(), sizes: [0, 0] };
      slots.set(key, slot);
      slot.both.add(ref.hash);
      slot.sizes[side as 0 | 1] += 1;
    }
  return [...slots.values()].flatMap(({ ref, both, sizes }) => {
    const limit = kinds.get(ref.kind)!.perProfile!;
    const isBroken = both.size > limit && both.size > Math.max(...sizes);
    return isBroken ? [{ kind: ref.kind, namespace: ref.namespace, limit }] : [];
  });
}
