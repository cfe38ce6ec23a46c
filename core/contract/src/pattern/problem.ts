import type { Text } from '../text.js';
import { parsePattern, PatternProblem } from './parse.js';
import { programOf } from './program.js';

/** Longer ones are more likely a mistake. */
const MOST_CHARACTERS = 200;

/** Why an operator's pattern is refused; undefined when it can be tried on any text in little time. */
export function patternProblem(source: string, flags: 'u' | 'iu' = 'u'): Text | undefined {
  if (source.length > MOST_CHARACTERS)
    return { zh: `最多 ${MOST_CHARACTERS} 个字符`, en: `must be at most ${MOST_CHARACTERS} characters` };
  try {
    programOf(parsePattern(source, flags));
    return undefined;
  } catch (error) {
    if (error instanceof PatternProblem) return error.text;
    throw error;
  }
}
