import type { TextKey, Texts } from '../../i18n/zh.js';

/** The words in which collectors tell what is demanded and what came; see the contract's `PlanFinding`. */
const WORDS: Record<string, TextKey> = {
  'a planned event': 'edgeKindEvent',
  something: 'edgeKindSomething',
  'no such property': 'edgeKindNone',
  'the pattern': 'edgeKindPattern',
  'a text': 'edgeType_text',
  'a number': 'edgeType_number',
  'a whole number': 'edgeType_integer',
  'true or false': 'edgeType_boolean',
  'an ISO 8601 time': 'edgeType_instant',
  'a list': 'edgeType_list',
  'an object': 'edgeType_object',
  number: 'edgeType_number',
  boolean: 'edgeType_boolean',
  object: 'edgeType_object',
  null: 'edgeKindNull',
};
const COUNTED: [RegExp, TextKey][] = [
  [/^one of (\d+) values$/, 'edgeKindValues'],
  [/^text of (\d+)$/, 'edgeKindText'],
  [/^list of (\d+)$/, 'edgeKindList'],
];

/** The same in the operator's language; what is not known here stands as it came. */
export function sayKind(texts: Texts, words: string): string {
  const key = Object.hasOwn(WORDS, words) ? WORDS[words] : undefined;
  if (key) return texts[key];
  for (const [pattern, counted] of COUNTED) {
    const n = pattern.exec(words)?.[1];
    if (n !== undefined) return texts[counted].replace('{n}', n);
  }
  return words;
}
