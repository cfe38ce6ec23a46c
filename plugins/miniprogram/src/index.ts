import { definePlugin } from '@perennial/kit';
import { KINDS } from './kinds.js';
import { MiniprogramOptions } from './options.js';
import { TAGS } from './tags.js';

/**
 * Mini programs of six vendors. Their events come through the collector like those of any client, by the tracker in
 * `src/tracker`; this side declares what the tracker's words mean: the identifiers, and tags over its events.
 */
export const miniprogram = definePlugin({
  name: 'miniprogram',
  version: '0.1.0',
  title: { zh: '小程序', en: 'Mini programs' },
  requires: { core: '^0.1.0' },
  options: MiniprogramOptions,
  identifierKinds: KINDS,
  tags: TAGS,
});
