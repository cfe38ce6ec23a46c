import { statesConsent, type SourceCode } from '@perennial/contract';
import { publicTraits, type Resolution, type Rulebook } from '../../identity/index.js';
import type { Claimed } from './apply.js';

/** Something that a source said and may not say: what kind of thing it was, never a value. */
export interface Overreach {
  sourceId: string;
  code: SourceCode;
  event: string;
  path: string;
  at: number;
}

/** What was not done of an event, because the identity rules do not let its source say it. */
export function overreachOf(
  { event }: Claimed,
  { withheld, isUnbindWithheld }: Resolution,
  { sources }: Rulebook,
): Overreach[] {
  const rule = sources.get(event.sourceId);
  if (!rule) return NONE;
  const found: Overreach[] = [];
  const { sourceId, name, receivedAt: at } = event;
  const say = (code: SourceCode, path: string) => found.push({ sourceId, code, event: name, path, at });
  if (isUnbindWithheld) say('SOURCE_UNBIND_REFUSED', '');
  for (const kind of new Set(withheld.map((identifier) => identifier.kind))) say('SOURCE_BIND_REFUSED', kind);
  if (event.type === 'identify' && !rule.mayConsent)
    for (const [trait, value] of Object.entries(publicTraits(event.envelope.traits)))
      if (statesConsent(trait, value)) say('SOURCE_CONSENT_REFUSED', `traits.${trait}`);
  return found;
}

const NONE: Overreach[] = [];
