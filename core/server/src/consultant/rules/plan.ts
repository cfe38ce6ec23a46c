import type { JsonObject, ShopFrom, TriggerCause } from '@perennial/contract';
import { firing, fits, isFresh, tell, type Happening, type Hearing } from '../../activation/index.js';
import type { ProfileState } from '../../profile/state.js';

export interface PlanningRule extends Hearing {
  id: string;
  shopFrom?: ShopFrom;
  withdraws: boolean;
}

/** What a batch comes to for one person and one rule. */
export interface Wish {
  rule: string;
  profile: number;
  kind: 'enter' | 'leave';
  cause: { hook: string; payload: JsonObject; at: number };
}

/**
 * What a batch means for assignments: the last word for each person and rule counts. Entering that is history being
 * loaded makes none; leaving always withdraws, because it says where the person stands now.
 */
export function wishesOf(
  rules: readonly PlanningRule[],
  happenings: readonly { profile: number; happening: Happening }[],
  states: ReadonlyMap<number, ProfileState>,
  now: number,
): Wish[] {
  const last = new Map<string, Wish>();
  const about = byKind(rules);
  for (const { profile, happening } of happenings) {
    const asked = about.get(happening.on);
    const state = asked && states.get(profile);
    if (!asked || !state) continue;
    const entered = firing(asked, happening, state);
    const left = asked.filter((rule) => rule.withdraws && leaves(rule.cause, happening));
    if (entered.length + left.length === 0) continue;
    const cause = tell(happening);
    const note = (rule: string, kind: Wish['kind']) => last.set(`${rule} ${profile}`, { rule, profile, kind, cause });
    for (const { id } of left) note(id, 'leave');
    if (isFresh(cause.at, now)) for (const { id } of entered) note(id, 'enter');
  }
  return [...last.values()];
}

/** The rules that a kind of happening can mean something to: most happenings of a batch mean nothing to any. */
function byKind(rules: readonly PlanningRule[]): Map<Happening['on'], PlanningRule[]> {
  const about = new Map<Happening['on'], PlanningRule[]>();
  for (const rule of rules) {
    const kinds = 'audience' in rule.cause ? (['audience.entered', 'audience.left'] as const) : [rule.cause.on];
    for (const kind of kinds) about.set(kind, [...(about.get(kind) ?? []), rule]);
  }
  return about;
}

/** The happening takes the person out of what the cause put her in. */
function leaves(cause: TriggerCause, happening: Happening): boolean {
  switch (cause.on) {
    case 'stage.moved':
      return happening.on === 'stage.moved' && happening.move.lifecycle === cause.lifecycle && !fits(cause, happening);
    case 'tag.changed':
      return happening.on === 'tag.changed' && happening.change.tag === cause.tag && isOut(cause, happening.change.to);
    case 'audience.entered':
      return happening.on === 'audience.left' && happening.audience === cause.audience;
    case 'audience.left':
      return happening.on === 'audience.entered' && happening.audience === cause.audience;
    case 'event.applied':
      return false;
  }
}

/** A cause without a value hears any change, and only the loss of the value undoes it. */
const isOut = (cause: { to?: unknown }, value: unknown): boolean =>
  cause.to === undefined ? value === undefined || value === null : value !== cause.to;

const LONGEST_SHOP = 64;

/** The shop that the person names, or nothing; what is no key of a shop names none. */
export function shopOf(from: ShopFrom | undefined, { tags, traits }: ProfileState): string {
  if (!from) return '';
  const value = 'tag' in from ? tags[from.tag]?.value : traits[from.trait]?.value;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.length <= LONGEST_SHOP ? text.trim() : '';
}
