import type { Text } from '../text.js';

/**
 * What a pattern is made of: one character as a test of its own, a place, something one after the other, one of several,
 * or something repeated. `most` is absent where it may be repeated without end.
 */
export type Node =
  | { kind: 'character'; test: RegExp }
  | { kind: 'start' | 'end' }
  | { kind: 'sequence' | 'choice'; parts: Node[] }
  | { kind: 'repeat'; part: Node; least: number; most?: number };

/** A pattern that is not known here, with what it uses. */
export class PatternProblem extends Error {
  constructor(readonly text: Text) {
    super(text.en);
  }
}

const AROUND = {
  zh: '不能使用环视、反向引用或行内修饰符',
  en: 'may look neither around nor back, nor change its flags',
};
const BOUNDARY = { zh: '不能使用 \\b 和 \\B', en: 'may not use \\b and \\B' };
const INVALID = { zh: '不是正则表达式', en: 'is no regular expression' };

/** A class, an escape (of a pair of halves too), or a character. */
const ATOM =
  /\[(?:\\.|[^\]\\])*\]|\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u\{[^}]*\}|u....|x..|[pP]\{[^}]*\}|c.|[^])|[^]/uy;
const REPEAT = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;
const GROUP = /\((?:\?(?::|<(?![=!])[^>]*>))?/y;

/**
 * Reads a pattern without trying it on anything. RegExp says whether it is one, and is asked about single characters later
 * on: neither takes longer than the pattern is long. Throws `PatternProblem`.
 */
export function parsePattern(source: string, flags: 'u' | 'iu'): Node {
  if (!isExpression(source, flags)) throw new PatternProblem(INVALID);
  let at = 0;
  // Equal ones are one, so that a character is asked once.
  const tests = new Map<string, RegExp>();
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const found = form.exec(source);
    if (found) at = form.lastIndex;
    return found;
  };

  function choice(): Node {
    const parts = [sequence()];
    for (; source[at] === '|'; parts.push(sequence())) at += 1;
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  function sequence(): Node {
    const parts: Node[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(atom()));
    return { kind: 'sequence', parts };
  }

  function repeated(part: Node): Node {
    const found = take(REPEAT);
    if (!found) return part;
    const [, sign, from, comma, to] = found;
    const least = sign === '+' ? 1 : Number(from ?? 0);
    if (sign) return { kind: 'repeat', part, least, ...(sign === '?' && { most: 1 }) };
    if (!comma) return { kind: 'repeat', part, least, most: least };
    return { kind: 'repeat', part, least, ...(to && { most: Number(to) }) };
  }

  function atom(): Node {
    if (source[at] === '(') return group();
    const [text] = take(ATOM)!;
    if (text === '^') return { kind: 'start' };
    if (text === '$') return { kind: 'end' };
    if (/^\\[bB]/.test(text)) throw new PatternProblem(BOUNDARY);
    if (/^\\[1-9k]/.test(text)) throw new PatternProblem(AROUND);
    const test = tests.get(text) ?? new RegExp(`^${text}$`, flags);
    tests.set(text, test);
    return { kind: 'character', test };
  }

  function group(): Node {
    take(GROUP);
    if (source[at] === '?') throw new PatternProblem(AROUND);
    const inner = choice();
    at += 1;
    return inner;
  }

  return choice();
}

function isExpression(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
