import { createHash } from 'node:crypto';

/**
 * What makes a message the same one: its source and its `messageId`. Scoped by source, so that the holder of a public
 * web key cannot make another source's messages look seen. 22 characters; MD5 only spreads here, it guards nothing.
 */
export const messageKey = (sourceId: string, eventId: string): string =>
  createHash('md5').update(`${sourceId}\n${eventId}`).digest('base64url');
