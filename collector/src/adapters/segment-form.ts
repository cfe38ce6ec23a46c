import { EVENT_TYPES } from '@perennial/contract';
import type { Endpoint } from './adapter.js';

const SHORT: Record<string, Endpoint> = {
  t: 'track',
  i: 'identify',
  p: 'page',
  s: 'screen',
  g: 'group',
  a: 'alias',
  b: 'batch',
};

/**
 * Where clients post the tracking form itself, which needs no translation: Segment's full and short paths, the beacon of
 * RudderStack's browser client, and the two doors of Jitsu's (browser and server).
 */
export const SEGMENT_FORM_PATHS: Record<string, Endpoint> = {
  ...Object.fromEntries(Object.entries(SHORT).map(([short, endpoint]) => [`/v1/${short}`, endpoint])),
  '/v1/batch': 'batch',
  '/beacon/v1/batch': 'batch',
  ...Object.fromEntries(
    EVENT_TYPES.flatMap((type) => ['/v1', '/api/s', '/api/s/s2s'].map((door) => [`${door}/${type}`, type])),
  ),
  '/api/s/batch': 'batch',
  '/api/s/s2s/batch': 'batch',
};
