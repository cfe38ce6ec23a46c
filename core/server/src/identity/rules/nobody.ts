import type { NobodyRules } from '@perennial/contract';
import { BUILT_IN_WORDS } from './nobody.words.js';

/** Law 4: whether a value is one that many clients send for want of one, and so identifies nobody and never links. */
export type IsNobody = (value: string) => boolean;

/** What stands for a character that could not be read. */
const LOST = '\uFFFD';
/** Between two ends, anything. */
const BETWEEN = '…';

/** The built-in list as the enterprise has it: what it took out is somebody here, what it added is nobody. */
export function nobodyUnder({ added = [], removed = [] }: Partial<NobodyRules> = {}): IsNobody {
  const out = new Set(removed.map(({ value }) => wordOf(value)));
  const kept = BUILT_IN_WORDS.filter(({ value }) => !out.has(wordOf(value)));
  const chars = kept.find(({ about }) => about === 'zeros')?.value;
  return matcherOf([...kept.filter(({ about }) => about !== 'zeros'), ...added], chars);
}

/** The form in which words are compared: as identifiers are normalised, and without case. */
export const wordOf = (value: string): string => value.normalize('NFKC').trim().toLowerCase();

/** `chars`: what consists of these alone is nobody as well. */
function matcherOf(entries: readonly { value: string }[], chars = ''): IsNobody {
  const words = new Set<string>();
  const ends = new Map<string, [string, string][]>();
  for (const { value } of entries) {
    // NFKC would make three dots of it.
    const [open, close] = value.split(BETWEEN).map(wordOf);
    if (close === undefined) words.add(open!);
    else ends.set(open![0]!, [...(ends.get(open![0]!) ?? []), [open!, close]]);
  }
  const only = new Set(chars);
  return (value) => {
    // What lost characters on its way is shared by all who lost theirs: it tells no two people apart.
    if (value.includes(LOST)) return true;
    const word = value.toLowerCase();
    return words.has(word) || isBetween(word, ends.get(word[0]!)) || (only.size > 0 && isMadeOf(word, only));
  };
}

const isBetween = (word: string, ends: [string, string][] | undefined): boolean =>
  ends !== undefined &&
  ends.some(
    ([open, close]) => word.length >= open.length + close.length && word.startsWith(open) && word.endsWith(close),
  );

function isMadeOf(word: string, chars: ReadonlySet<string>): boolean {
  for (const char of word) if (!chars.has(char)) return false;
  return true;
}

/** The list as it is built in. */
export const isNobody: IsNobody = nobodyUnder();

const isLeftover = matcherOf(
  BUILT_IN_WORDS.filter(({ about }) => about === 'nothing' || about === 'template'),
  BUILT_IN_WORDS.find(({ about }) => about === 'zeros')?.value,
);

/**
 * Whether a message id is none: one that a template left empty would make all messages of a source the same one. A single
 * 0 is where a client that counts its messages begins.
 */
export function isPlaceholder(messageId: string | null | undefined): boolean {
  const word = wordOf(messageId ?? '');
  return word === '' || (word !== '0' && !word.includes(LOST) && isLeftover(word));
}

/** What is wrong with an enterprise's changes of the list, in sentences. */
export function nobodyProblems({ added, removed }: NobodyRules): string[] {
  const builtIn = new Set(BUILT_IN_WORDS.map(({ value }) => wordOf(value)));
  return [
    ...added.flatMap(({ value }) => addedProblem(value)),
    ...removed.flatMap(({ value }) => (builtIn.has(wordOf(value)) ? [] : [`${value} is not on the built-in list`])),
    ...[...added, ...removed].flatMap(({ value, reason }) => (reason.trim() ? [] : [`${value}: a reason is needed`])),
  ];
}

/** What would stand for nearly everybody is a mistake: both ends of a form must say something. */
function addedProblem(value: string): string[] {
  const parts = value.split(BETWEEN).map(wordOf);
  if (parts.length > 2) return [`${value}: … stands once`];
  return parts.every((part) => part !== '') ? [] : [`${value}: there must be something on either side of …`];
}
