import { definePlugin } from '@perennial/kit';
import { RfmModel } from './model.js';
import { RfmOptions } from './options.js';
import { RFM_TAGS } from './tags.js';

export * from './score.js';
export { segmentOf } from './segment.js';

/** Scores customers by how recently, how often and for how much they bought, and names ten segments. */
export const rfm = definePlugin({
  name: 'rfm',
  version: '0.1.0',
  title: { zh: 'RFM 分层', en: 'RFM' },
  requires: { core: '^0.1.0' },
  options: RfmOptions,
  models: [RfmModel],
  tags: RFM_TAGS,
});
