import { DAY } from '../../time/zone.js';
import type { Graph } from './graph.js';
import type { KindTable } from './kinds.js';
import type { Claim, GraphChange } from './resolve.js';

/**
 * The last sight of a value is kept to a tenth of its lifetime, because a write a visit would cost more than it tells.
 * So a value lives at least its lifetime and at most a tenth longer.
 */
const grainOf = (lifetime: number): number => lifetime / 10;

/** Values that were not seen for their kind's lifetime are let go before the claim is heard (law 5: "for a while"). */
export function expire({ identifiers, at }: Claim, graph: Graph, kinds: KindTable): GraphChange[] {
  return identifiers.flatMap((identifier) => {
    const lifetime = lifetimeOf(identifier.kind, kinds);
    const profile = lifetime === undefined ? undefined : graph.profileOf(identifier.hash);
    const seenAt = graph.find(identifier.hash)?.seenAt;
    if (profile === undefined || seenAt === undefined || at - seenAt <= lifetime! + grainOf(lifetime!)) return [];
    graph.release(identifier.hash);
    return [{ kind: 'released', identifier, profile, why: 'expired' } as const];
  });
}

/** Notes that the values were seen. */
export function renew({ identifiers, at }: Claim, graph: Graph, kinds: KindTable, changes: GraphChange[]): void {
  for (const { hash, kind } of identifiers) {
    const lifetime = lifetimeOf(kind, kinds);
    const holding = graph.find(hash);
    if (lifetime === undefined || !holding) continue;
    const seenAt = Math.floor(at / grainOf(lifetime)) * grainOf(lifetime);
    if (holding.seenAt !== undefined && seenAt <= holding.seenAt) continue;
    holding.seenAt = seenAt;
    changes.push({ kind: 'seen', identifier: holding });
  }
}

function lifetimeOf(kind: string, kinds: KindTable): number | undefined {
  const days = kinds.get(kind)?.lifetimeDays;
  return days === undefined ? undefined : days * DAY;
}
