export const SCRUB_ACTIONS = ['drop', 'mask', 'hash'] as const;
export type ScrubAction = (typeof SCRUB_ACTIONS)[number];

export const SCRUB_PATTERNS = ['phone', 'id_card', 'email', 'bank_card', 'secret'] as const;
export type ScrubPattern = (typeof SCRUB_PATTERNS)[number];

export const PERSONAL_ACTIONS = ['mask', 'drop', 'hash', 'keep'] as const;
export type PersonalAction = ScrubAction | 'keep';

/**
 * What core does with what is found in a source's events before it writes any of it. `ids` says what becomes of an id that
 * is itself a phone or an e-mail: that `identifier`, or an id all the same (for member numbers of eleven digits); plain it
 * is shown in neither case.
 */
export interface PersonalPolicy {
  acts: Record<ScrubPattern, PersonalAction>;
  ids: PersonalIds;
}

export const PERSONAL_IDS = ['identifier', 'keep'] as const;
export type PersonalIds = (typeof PERSONAL_IDS)[number];

export const SAFE_PERSONAL: PersonalPolicy = {
  acts: { phone: 'mask', id_card: 'mask', email: 'mask', bank_card: 'mask', secret: 'mask' },
  ids: 'identifier',
};

/** What the policy leaves to be done; undefined where everything is kept. */
export function personalActions({ acts }: PersonalPolicy): Map<ScrubPattern, ScrubAction> {
  const actions = new Map<ScrubPattern, ScrubAction>();
  for (const pattern of SCRUB_PATTERNS) {
    const action = acts[pattern];
    if (action !== 'keep') actions.set(pattern, action);
  }
  return actions;
}
