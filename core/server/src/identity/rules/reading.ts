import { cleanObject, personalActions, SAFE_PERSONAL, type Reading } from '@perennial/contract';

/** With what texts are read that belong to no source, and whatever is shown: everything is masked. */
export const SAFE_READING: Reading = {
  actions: personalActions(SAFE_PERSONAL),
  // Masks need none.
  digest: () => '',
  isSure: true,
};

/** What is left of something personal: nobody's choice among values. */
const REMAINS = /\*{3}|^hash:/;

/** Whether a value may be proposed to whoever writes a rule: it is nobody's number, and no mask of one. */
export const isImpersonal = (key: string, value: string): boolean =>
  !REMAINS.test(value) && cleanObject({ [key]: value }, SAFE_READING)[key] === value;
