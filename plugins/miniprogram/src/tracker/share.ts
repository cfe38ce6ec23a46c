import { randomId, type Tracker } from '@perennial/sdk-web/core';
import { SHARE, withQuery } from './address.js';
import type { Entry } from './entry.js';

/** What a page's share hook gives back. */
interface Card {
  path?: string;
  promise?: Promise<Card>;
}

/**
 * Tells of a share and gives the card with its mark in the path, which is the present page where the card names none. The
 * runtime says that the menu was opened, never whether the card was sent.
 */
export function shareCard(given: Card, by: string, address: string, tracker: Tracker, { share }: Entry): Card {
  const shareId = randomId().slice(0, 16);
  const depth = (share ? share.depth : 0) + 1;
  tracker.track('Page Shared', { shareId, depth, by });
  const mark = { [SHARE.id]: shareId, [SHARE.depth]: String(depth), [SHARE.from]: tracker.ids().anonymousId };
  const marked = (card: Card): Card => ({ ...card, path: withQuery(card.path || address, mark) });
  const { promise } = given;
  // A page without an answer at once may give the card within three seconds.
  return promise ? { ...marked(given), promise: promise.then(marked) } : marked(given);
}
