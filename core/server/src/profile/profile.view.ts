import { putOwn, type Json, type StagePlace } from '@perennial/contract';
import type { ProfileView } from '@perennial/kit';
import { isHidden } from '../tag/index.js';
import { publicId } from './profile.id.js';
import type { ProfileState } from './state.js';

/** A state as plugins see it. Identifiers are added by whoever may read them plainly. */
export const profileView = ({ id, traits, tags, places }: ProfileState): ProfileView => ({
  id: publicId(id),
  traits: pick(traits, ({ value }) => value ?? undefined),
  tags: pick(tags, ({ value }, key) => (isHidden(key) ? undefined : value)),
  stages: pick(places, ({ stage, subStage, since }): StagePlace => ({ stage, ...(subStage && { subStage }), since })),
  identifiers: {},
});

function pick<T, V extends Json | StagePlace>(
  record: Record<string, T>,
  read: (value: T, key: string) => V | undefined,
): Record<string, V> {
  const picked: Record<string, V> = {};
  for (const [key, value] of Object.entries(record)) {
    const found = read(value, key);
    if (found !== undefined) putOwn(picked, key, found);
  }
  return picked;
}
