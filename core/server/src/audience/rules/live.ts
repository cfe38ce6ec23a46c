import { consentTrait, type AudienceDefinition, type Condition, type Rule } from '@perennial/contract';
import { evaluate, factsOf, plainCondition, type Hidden, type TagSlice } from '../../tag/index.js';
import type { AudienceSlice, StateMembership } from '../audience.state.js';

/** An audience in use whose rule the profile's state alone can answer. */
export interface LiveAudience {
  key: string;
  version: number;
  /** Without behaviour: hidden tags stand for it. */
  when: Condition;
  /** People of this number and above were made when the audience was live already. */
  below: number;
}

/** Somebody entered or left. */
export interface Passage {
  audience: string;
  kind: 'entered' | 'left';
  at: number;
}

/**
 * The rule as a condition with the audiences that it names written out, or undefined where only the warehouse can answer:
 * order of acts, moves, shares and ranks of everybody.
 */
export function liveCondition(rule: Rule, audiences: ReadonlyMap<string, AudienceDefinition>): Condition | undefined {
  if ('all' in rule) return group(rule.all, audiences, (parts) => ({ all: parts }));
  if ('any' in rule) return group(rule.any, audiences, (parts) => ({ any: parts }));
  if ('not' in rule) return group([rule.not], audiences, ([part]) => ({ not: part! }));
  if ('audience' in rule) {
    const audience = audiences.get(rule.audience);
    return audience?.kind === 'dynamic' ? liveCondition(audience.rule, audiences) : undefined;
  }
  if ('consent' in rule) return consentCondition(rule.consent);
  return 'tag' in rule || 'trait' in rule || 'stage' in rule || 'behaviour' in rule ? rule : undefined;
}

/** What a state can answer is asked of the trait. */
export const consentCondition = (channel: string): Condition => ({
  trait: consentTrait(channel),
  test: { op: 'is', value: true },
});

function group(
  rules: Rule[],
  audiences: ReadonlyMap<string, AudienceDefinition>,
  make: (parts: Condition[]) => Condition,
): Condition | undefined {
  const parts = rules.flatMap((rule) => liveCondition(rule, audiences) ?? []);
  return parts.length === rules.length ? make(parts) : undefined;
}

export function plainAudience(
  { key, version, rule }: AudienceDefinition,
  below: number,
  audiences: ReadonlyMap<string, AudienceDefinition>,
  hidden: Hidden,
): LiveAudience[] {
  const condition = liveCondition(rule, audiences);
  return condition ? [{ key, version, below, when: plainCondition(condition, hidden) }] : [];
}

/** What a person's state must be for the audiences to be told of it. */
export type Audienced = TagSlice & AudienceSlice & { id: number };

/**
 * Looks at every live audience at `now`; mutates `slice`, gives who entered or left. Whoever was there before an audience
 * became live, and has not been looked at since, takes the place that is hers without entering.
 */
export function passAudiences(
  audiences: LiveAudience[],
  slice: Audienced,
  now: number,
  stage: (lifecycle: string) => string | undefined,
): Passage[] {
  if (audiences.length === 0 && !slice.audiences) return [];
  const before = slice.audiences ?? {};
  const after: Record<string, StateMembership> = {};
  const passages: Passage[] = [];
  for (const { key, version, below, when } of audiences) {
    const { holds, due } = evaluate(when, { ...factsOf(slice, now), stage });
    const known = before[key]?.version === version ? before[key] : undefined;
    const was = known?.isIn ?? (slice.id >= below ? false : holds);
    after[key] = {
      isIn: holds,
      version,
      since: known?.isIn === holds ? known.since : now,
      ...(due !== undefined && { due }),
    };
    if (was !== holds) passages.push({ audience: key, kind: holds ? 'entered' : 'left', at: now });
  }
  if (audiences.length > 0) slice.audiences = after;
  else delete slice.audiences;
  return passages;
}

/** Two people's memberships as one: whoever belonged does not enter again. */
export function joinMemberships(kept: AudienceSlice, dropped: AudienceSlice): void {
  for (const [key, membership] of Object.entries(dropped.audiences ?? {})) {
    const known = kept.audiences?.[key];
    if (known && (known.isIn || !membership.isIn)) continue;
    kept.audiences = { ...kept.audiences, [key]: membership };
  }
}
