import { ROLES } from '@perennial/contract';
import { useSpeech } from '../../i18n/language.js';

/** The roles as choices of a select. */
export function useRoles() {
  const { texts } = useSpeech();
  return ROLES.map((value) => ({ value, label: texts[`role_${value}`] }));
}
