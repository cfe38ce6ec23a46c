import type { TagDefinition } from '@perennial/contract';
import { BEHAVIOUR_TAGS } from './behaviour.js';
import { PREFERENCE_TAGS } from './preference.js';

/** The definitions that a new installation starts with. */
export const TAG_LIBRARY: TagDefinition[] = [...BEHAVIOUR_TAGS, ...PREFERENCE_TAGS].map((entry) => ({
  ...entry,
  version: 1,
  owner: 'perennial',
}));
