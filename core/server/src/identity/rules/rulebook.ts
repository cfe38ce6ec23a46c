import type { IdentifierKind, SourceRule } from '@perennial/contract';
import { Constraints } from './constraints.js';
import type { Holding, IdentifierRef } from './identifier.ref.js';
import type { KindTable } from './kinds.js';

/** All that decides whose event it is: the kinds as the rules in force have them, the sources, and what people said. */
export interface Rulebook {
  version: number;
  kinds: KindTable;
  sources: ReadonlyMap<string, Required<SourceRule>>;
  constraints: Constraints;
}

export const isWeak = (kinds: KindTable, { kind }: IdentifierRef): boolean => kinds.get(kind)?.strength === 'weak';

/** Whether a group of identifiers belongs to somebody who is known, and not only to a visit or a device. */
export const isKnownPerson = (kinds: KindTable, group: readonly (IdentifierRef | Holding)[]): boolean =>
  group.some((identifier) => !isWeak(kinds, identifier) && !isLatent(identifier));

export const isLatent = (ref: IdentifierRef | Holding): boolean => 'isLatent' in ref && ref.isLatent === true;

/**
 * Non-weak first, what an alias calls former behind what it does not, then by the kind's priority, then by hash: a total
 * order, so that nothing depends on the client's.
 */
export function byAuthority(kinds: KindTable): (a: IdentifierRef, b: IdentifierRef) => number {
  const priority = (kind: IdentifierKind | undefined) => kind?.priority ?? Infinity;
  return (a, b) =>
    Number(isWeak(kinds, a)) - Number(isWeak(kinds, b)) ||
    Number(a.isFormer ?? false) - Number(b.isFormer ?? false) ||
    priority(kinds.get(a.kind)) - priority(kinds.get(b.kind)) ||
    (a.hash < b.hash ? -1 : 1);
}
