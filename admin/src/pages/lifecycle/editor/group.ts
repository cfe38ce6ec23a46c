import type { Condition, Rule } from '@perennial/contract';
import { isGroup, type Group } from '../../../parts/rule-editor/rules.js';

/** What conditions of a lifecycle may ask: all that a person's state knows. */
export const KINDS = ['tag', 'behaviour', 'trait', 'stage'] as const;

/** The editor works on a group; a condition that is none stands alone in one. */
export const groupOf = (condition: Condition): Group => {
  const rule = condition as Rule;
  return isGroup(rule) ? rule : { all: [rule] };
};
