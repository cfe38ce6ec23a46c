import type { DataSource } from 'typeorm';
import { selectIn } from '../database/index.js';
import { isMasked, isPersonalKind, normalise, type KeyRing, type KindTable } from '../identity/index.js';
import { readPublicId } from './profile.id.js';
import { livingId } from './store/profile.store.js';

/** `personal` looks among phones, e-mails and their hashes, and wants a right; `open` among everything else. */
export type SearchPart = 'open' | 'personal';

interface Tools {
  dataSource: DataSource;
  kinds: KindTable;
  keys: KeyRing;
}

/** Kinds in whose form the text is, as which it could be kept: a member number that is a phone is that phone. */
export const kindsOf = (text: string, kinds: KindTable): string[] =>
  [...kinds.values()]
    .filter((kind) => isPersonalKind(kind.key, kinds) && normalise(kind, text) !== undefined)
    .map(({ key }) => key);

/** Whether it is a phone or an e-mail itself, under whatever kind. A hash is only one if it was made of one. */
export const isPersonal = (text: string, kinds: KindTable): boolean =>
  kindsOf(text, kinds).some((key) => !kinds.get(key)!.derivedFrom);

/** Numbers of profiles, each once. */
export async function findProfiles(tools: Tools, text: string, parts: readonly SearchPart[]): Promise<number[]> {
  const found = await byIdentifier(tools, text, parts);
  if (!parts.includes('open')) return [...new Set(found)];
  const id = readPublicId(text.trim());
  const living = id === undefined ? undefined : await livingId(tools.dataSource.manager, id);
  return [...new Set([...(living === undefined ? [] : [living]), ...found, ...(await asShown(tools, text))])];
}

async function byIdentifier(
  { dataSource, kinds, keys }: Tools,
  text: string,
  parts: readonly SearchPart[],
): Promise<number[]> {
  const isClosed = isPersonal(text, kinds);
  const values = [...kinds.values()].flatMap((kind) => {
    const value = kind.namespace ? undefined : normalise(kind, text);
    const part = isClosed || isPersonalKind(kind.key, kinds) ? 'personal' : 'open';
    return value === undefined || !parts.includes(part) ? [] : [keys.hash(`${kind.key}\n\n${value}`)];
  });
  const query = { table: 'identifier', columns: ['profile_id'], where: 'hash', values };
  const rows = await selectIn<{ profile_id: number }>(dataSource.manager, query);
  return rows.map(({ profile_id: profile }) => profile);
}

/** Values of namespaced kinds are shown plainly, so they can be looked up as they are shown; never what is a mask. */
async function asShown({ dataSource, kinds }: Tools, text: string): Promise<number[]> {
  if (isMasked(text) || isPersonal(text, kinds)) return [];
  const rows = await dataSource.query<{ profile_id: number }[]>(
    'SELECT profile_id FROM identifier WHERE shown = ? LIMIT 50',
    [text.trim()],
  );
  return rows.map(({ profile_id: profile }) => profile);
}
