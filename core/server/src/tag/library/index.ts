import type { TagDefinition } from '@perennial/contract';
import { BEAUTY_TAGS } from './beauty.js';
import { BEHAVIOUR_TAGS } from './behaviour.js';
import type { Entry } from './entry.js';
import { GENERAL_TAGS } from './general.js';
import { HEALTH_TAGS } from './health.js';
import { MEDICAL_AESTHETICS_TAGS } from './medical-aesthetics.js';
import { PREFERENCE_TAGS } from './preference.js';
import { RETAIL_TAGS } from './retail.js';

const defined = (entries: Entry[]): TagDefinition[] =>
  entries.map((entry) => ({ ...entry, version: 1, owner: 'perennial' }));

/** What every installation starts with: the default lifecycle reads it. */
export const TAG_LIBRARY: TagDefinition[] = defined([...BEHAVIOUR_TAGS, ...PREFERENCE_TAGS]);

/** What an enterprise may add when it has a use for it; a tag that nothing uses only costs. */
export const TAG_SHELF: TagDefinition[] = defined([
  ...GENERAL_TAGS,
  ...MEDICAL_AESTHETICS_TAGS,
  ...BEAUTY_TAGS,
  ...RETAIL_TAGS,
  ...HEALTH_TAGS,
]);
