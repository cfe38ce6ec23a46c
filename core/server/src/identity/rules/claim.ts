import {
  isJsonObject,
  type Envelope,
  type ExternalId,
  type Identifier,
  type JsonObject,
  type PersonalIds,
} from '@perennial/contract';
import { MEMBER, VISITOR } from './alias.js';
import { directIn } from './direct.js';
import type { IdentifierRef } from './identifier.ref.js';
import type { KindTable } from './kinds.js';
import { normalise, phoneHashes } from './normalise.js';

/** Traits that are identifiers by the field's own convention. */
const TRAIT_KINDS: Record<string, string> = { phone: 'phone', mobile: 'phone', email: 'email' };

/** The text over which an identifier's keyed hash is made; equal for equal triples. */
export const identifierText = ({ kind, namespace, value }: Identifier): string => `${kind}\n${namespace}\n${value}`;

export type StatedIdentifier = Identifier & Pick<IdentifierRef, 'isDerived' | 'isOldForm'>;

/**
 * All identifiers that an event states, normalised, each once. Values that identify nobody and unknown kinds are left out.
 * An id that is itself a phone or an e-mail is that, unless the source keeps such ids.
 */
export function identifiersOf(
  envelope: Envelope,
  kinds: KindTable,
  ids: PersonalIds = 'identifier',
): StatedIdentifier[] {
  const found = new Map<string, StatedIdentifier>();
  const keep = (identifier: StatedIdentifier) => {
    const text = identifierText(identifier);
    const isStated = !identifier.isDerived && !identifier.isOldForm;
    if (isStated || !found.has(text)) found.set(text, identifier);
  };
  const add = (kindKey: string, raw: unknown, namespace = ''): string | undefined => {
    const kind = kinds.get(kindKey);
    const direct = kind && ids === 'identifier' && typeof raw === 'string' ? directIn(kind, raw) : undefined;
    if (direct && kinds.has(direct.kind)) {
      const somebody = add(direct.kind, direct.value);
      const before = somebody === undefined ? undefined : normalise(kind!, raw as string);
      if (before !== undefined) keep({ kind: kindKey, namespace, value: before, isOldForm: true });
      return somebody;
    }
    const value = kind && typeof raw === 'string' ? normalise(kind, raw) : undefined;
    if (value === undefined) return undefined;
    keep({ kind: kindKey, namespace, value });
    if (kindKey === 'phone')
      for (const hashed of phoneHashes(value)) if (kinds.has(hashed.kind)) keep({ ...hashed, isDerived: true });
    return value;
  };
  const member = add(MEMBER, envelope.userId);
  add(VISITOR, envelope.anonymousId);
  for (const { type, id, namespace } of externalIds(envelope.context)) add(type, asText(id), namespace);
  for (const [trait, kind] of Object.entries(TRAIT_KINDS))
    for (const traits of traitSets(envelope)) add(kind, asText(traits[trait]));
  const device = isJsonObject(envelope.context?.['device']) ? envelope.context['device']['id'] : undefined;
  add('device_id', asText(device));
  // Last and side by side: `asAlias` tells them from the others by that.
  if (envelope.type === 'alias' && member !== undefined && !isSameId(envelope.previousId, member))
    for (const kind of [MEMBER, VISITOR]) add(kind, envelope.previousId);
  return [...found.values()];
}

const isSameId = (previousId: string | undefined, member: string): boolean =>
  previousId?.normalize('NFKC').trim() === member;

function externalIds(context: JsonObject | undefined): ExternalId[] {
  const list = context?.['externalIds'];
  return Array.isArray(list) ? (list as unknown as ExternalId[]) : [];
}

/** A group's traits are the group's: its phone is no member's. */
const traitSets = ({ type, traits, context }: Envelope): JsonObject[] =>
  [type === 'group' ? undefined : traits, repeatsGroup(context) ? undefined : context?.['traits']].filter(
    (set): set is JsonObject => isJsonObject(set),
  );

/** Jitsu's client mixes the traits of the last group into those that it repeats on every act; hers were said by `identify`. */
const repeatsGroup = (context: JsonObject | undefined): boolean =>
  isJsonObject(context?.['library']) && context['library']['name'] === '@jitsu/js';

/** Phones come as numbers from spreadsheets, other ids from databases. */
const asText = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);

/** The traits without direct identifiers: those are kept as identifiers, encrypted, and nowhere else. */
export function publicTraits(traits: JsonObject | undefined): JsonObject {
  return Object.fromEntries(Object.entries(traits ?? {}).filter(([key]) => !Object.hasOwn(TRAIT_KINDS, key)));
}

/** What an event says about its own evidence, in words that the admin knows. */
export function ruleOf({ type, event, userId, traits }: Envelope): string {
  if (type === 'alias' || event === BIND) return 'bind';
  if (type === 'identify') return userId !== undefined ? 'login' : traits ? 'profile_form' : 'shared_event';
  return 'shared_event';
}

/** Acts by which a client binds or unbinds identifiers, whatever else the event states. */
export const BIND = '$bind';
export const UNBIND = '$unbind';
