import type { Condition, JsonObject, TriggerCause } from '@perennial/contract';
import { placeKey, type StagePlace } from '@perennial/contract';
import type { Move } from '../../lifecycle/index.js';
import type { ProfileState } from '../../profile/state.js';
import { evaluate, factsOf, type TagChange } from '../../tag/index.js';

export interface Trigger {
  id: string;
  cause: TriggerCause;
  when?: Condition;
  destinationId: string;
  payload: JsonObject;
}

/** Something that happened to a profile and that a trigger may wait for. */
export type Happening =
  | { on: 'stage.moved'; move: Move }
  | { on: 'tag.changed'; change: TagChange }
  | { on: 'audience.entered' | 'audience.left'; audience: string; at: number }
  | { on: 'event.applied'; name: string; eventId: string; at: number };

/** A change older than this is history that is being loaded: nobody wants a message about it. */
export const FRESH_MS = 60 * 60 * 1000;

export const isFresh = (at: number, now: number): boolean => now - at < FRESH_MS;

/** Whatever waits for something to happen: a trigger, a rule of assignment. */
export type Hearing = Pick<Trigger, 'cause' | 'when'>;

/** The triggers that fire: their cause fits and their condition holds of the profile as it is now. */
export function firing<T extends Hearing>(triggers: readonly T[], happening: Happening, state: ProfileState): T[] {
  return triggers.filter(({ cause, when }) => fits(cause, happening) && holds(when, state));
}

export function fits(cause: TriggerCause, happening: Happening): boolean {
  if (cause.on === 'stage.moved' && happening.on === 'stage.moved') {
    const { lifecycle, to } = happening.move;
    return cause.lifecycle === lifecycle && (cause.to === to.stage || cause.to === placeKey(to));
  }
  if (cause.on === 'tag.changed' && happening.on === 'tag.changed')
    return cause.tag === happening.change.tag && (cause.to === undefined || cause.to === happening.change.to);
  if ('audience' in cause)
    return 'audience' in happening && cause.on === happening.on && cause.audience === happening.audience;
  return cause.on === 'event.applied' && happening.on === 'event.applied' && cause.event === happening.name;
}

const placeText = (place: Pick<StagePlace, 'stage' | 'subStage'> | undefined): string | undefined =>
  place && placeKey(place);

function holds(when: Condition | undefined, state: ProfileState): boolean {
  if (!when) return true;
  const stage = (key: string) => placeText(state.places[key]);
  return evaluate(when, { ...factsOf(state, state.clock), stage }).holds;
}

/** The cause as it is told to the receiver. */
export function tell(happening: Happening): { hook: string; payload: JsonObject; at: number } {
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonObject;
  switch (happening.on) {
    case 'stage.moved':
      return { hook: happening.on, payload: plain(happening.move), at: happening.move.at };
    case 'tag.changed':
      return { hook: happening.on, payload: plain(happening.change), at: happening.change.at };
    case 'audience.entered':
    case 'audience.left':
      return { hook: happening.on, payload: { audience: happening.audience }, at: happening.at };
    case 'event.applied':
      return {
        hook: happening.on,
        payload: plain({ name: happening.name, eventId: happening.eventId }),
        at: happening.at,
      };
  }
}
