import type { IdentifierRef } from './identifier.ref.js';

/**
 * An alias says that whoever is called by its former id is the person of its user id. Nobody can tell of the former id
 * whether it is a member's or a visitor's, and asking which one is known would make the answer depend on what came first.
 * So the alias states both, and the one that nobody ever uses stays latent: it is on the person and shown to nobody.
 *
 * History keeps of a claim only the list of its identifiers. So the former ones are told from their places in it: every
 * member id beside the event's own, which comes first (and may be a phone), and the visitor's id that follows such a one.
 */
export function asAlias(identifiers: readonly IdentifierRef[]): IdentifierRef[] {
  if (identifiers[0]?.kind === VISITOR) return [...identifiers];
  const isFormer = ({ kind }: IdentifierRef, at: number): boolean =>
    (kind === MEMBER && at > 0) || (kind === VISITOR && at > 1 && identifiers[at - 1]!.kind === MEMBER);
  return identifiers.map((ref, at) => (isFormer(ref, at) ? { ...ref, isFormer: true } : ref));
}

export const MEMBER = 'user_id';
export const VISITOR = 'anonymous_id';
