import type { Constraint, IdentifierRef, KindTable } from '../../identity/index.js';
import { byAuthority } from '../../identity/index.js';

/**
 * What keeps the chosen identifiers from the others for good: the links across are taken out, and each side's first
 * identifier is declared another person than every one of the other side, so that no later event and no third value
 * brings them together again unasked.
 */
export function partingConstraints(
  all: IdentifierRef[],
  chosen: ReadonlySet<string>,
  links: readonly { a: string; b: string }[],
  kinds: KindTable,
): Constraint[] {
  const ordered = [...all].sort(byAuthority(kinds));
  const theirs = ordered.filter(({ hash }) => chosen.has(hash));
  const ours = ordered.filter(({ hash }) => !chosen.has(hash));
  const [theirFirst, ourFirst] = [theirs[0], ours[0]];
  if (!theirFirst || !ourFirst) return [];
  const apart = (a: string, b: string): Constraint => ({ kind: 'apart', a, b });
  return [
    ...links
      .filter(({ a, b }) => chosen.has(a) !== chosen.has(b))
      .map(({ a, b }): Constraint => ({ kind: 'cut', a, b })),
    ...theirs.map(({ hash }) => apart(hash, ourFirst.hash)),
    ...ours.slice(1).map(({ hash }) => apart(hash, theirFirst.hash)),
  ];
}
