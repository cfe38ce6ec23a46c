import { cut, type ScrubAction, type ScrubPattern } from '@perennial/contract';

/** A keyed hash that a runtime offers. */
export type Digest = (text: string) => string;

/**
 * Full-width digits are what Chinese input methods write; gaps are what people put between. A full stop is none: it would
 * make phones of network addresses.
 */
const D = '0-9０-９';
const X = 'XxＸｘ';
const GAP = ' \\u00a0\\u3000()（）\\-‐-―－';
const RUN = new RegExp(`[+＋]?[${D}][${D}${X}${GAP}]*`, 'g');
const GROUP = new RegExp(`[${D}]+[${X}]?`, 'g');
const WIDEST_GAP = 2;
const EMAIL = /[\p{L}\p{N}._%+'-]{1,64}[@＠][\p{L}\p{N}.-]{1,190}\.\p{L}{2,24}/gu;

const toHalf = (text: string): string =>
  text.replace(/[！-～]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));

/** Kinds of numbers, those first that another could be taken for; each gives the form that all its spellings share. */
const NUMBERS: [ScrubPattern, (number: string) => string | undefined][] = [
  ['id_card', (number) => (ID_CARD.test(number) ? number : undefined)],
  ['bank_card', (number) => readCard(number.replace(/X$/, ''))],
  ['phone', (number) => PHONE.exec(number)?.[1]],
];
const ID_CARD = /^\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/;
const PHONE = /^(?:(?:00)?86|0)?(1[3-9]\d{9})X?$/;
const FEWEST_DIGITS = 11;
const MOST_DIGITS = 19;

/** The first digits of card networks; numbers of other beginnings are orders and instants. */
export const isCardNumber = (digits: string): boolean => /^(?:[3-6]\d{14,18}|2[2-7]\d{14}|9558\d{11,15})$/.test(digits);

const readCard = (number: string): string | undefined => (isCardNumber(number) && hasLuhn(number) ? number : undefined);

export function hasLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const twice = i % 2 === 1 ? digit * 2 : digit;
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}

const MASKS: Record<ScrubPattern, (normal: string) => string> = {
  email: (mail) => `${cut(mail, 1)}***@${mail.split('@')[1]}`,
  id_card: (id) => `${id.slice(0, 3)}***********${id.slice(-4)}`,
  bank_card: (card) => `****${card.slice(-4)}`,
  phone: (phone) => `${phone.slice(0, 3)}****${phone.slice(-4)}`,
};

/** Letters only: no hash looks like a number that another rule seeks. */
export const hashText = (digest: Digest, text: string): string =>
  `hash:${digest(text)
    .slice(0, 24)
    .replace(/[0-9]/g, (digit) => 'ghijklmnop'[Number(digit)]!)}`;

/** What stands instead of something that a pattern found. */
export function replacement(kind: ScrubPattern, normal: string, action: ScrubAction, digest: Digest): string {
  if (action === 'drop') return '';
  return action === 'hash' ? hashText(digest, normal) : MASKS[kind](normal);
}

export interface TextRule {
  pattern: ScrubPattern;
  action: ScrubAction;
}

/** The shortest thing sought is an e-mail of five characters. */
const SHORTEST = 5;
const MAY_HOLD = /[0-9０-９]|[@＠]|%/;
const PIECE = /[^?&#=;/\s"'<>]+/g;

/** The text without what the rules seek, also where it stands encoded in an address. */
export function scrubText(text: string, rules: TextRule[], digest: Digest): string {
  if (text.length < SHORTEST || !MAY_HOLD.test(text)) return text;
  const plain = replaceAll(text, rules, digest);
  if (!/[%+]/.test(plain)) return plain;
  return plain.replace(PIECE, (piece) => {
    if (!/[%+]/.test(piece)) return piece;
    const decoded = decode(piece);
    const clean = replaceAll(decoded, rules, digest);
    return clean === decoded ? piece : encodeURIComponent(clean);
  });
}

function replaceAll(text: string, rules: TextRule[], digest: Digest): string {
  const actions = new Map(rules.map(({ pattern, action }) => [pattern, action]));
  const mail = actions.get('email');
  const clean = mail
    ? text.replace(EMAIL, (found) => replacement('email', toHalf(found).toLowerCase(), mail, digest))
    : text;
  return clean.replace(RUN, (run) => (run.length < FEWEST_DIGITS ? run : replaceNumbers(run, actions, digest)));
}

interface Group {
  text: string;
  from: number;
  to: number;
}

/** Numbers are written in groups, and others may stand beside them: every row of whole groups is tried, the longest first. */
function replaceNumbers(run: string, actions: ReadonlyMap<ScrubPattern, ScrubAction>, digest: Digest): string {
  const groups = [...run.matchAll(GROUP)].map(({ 0: text, index }) => ({
    text: toHalf(text).toUpperCase(),
    from: index,
    to: index + text.length,
  }));
  let [clean, at] = ['', 0];
  for (let first = 0; first < groups.length; first++) {
    const found = numberAt(groups, first, actions);
    if (!found) continue;
    const { kind, normal, last } = found;
    // The plus of a country's code goes with the number.
    const from = first === 0 ? 0 : groups[first]!.from;
    clean += run.slice(at, from) + replacement(kind, normal, actions.get(kind)!, digest);
    at = groups[last]!.to;
    first = last;
  }
  return clean + run.slice(at);
}

function numberAt(groups: Group[], first: number, actions: ReadonlyMap<ScrubPattern, ScrubAction>) {
  const rows: { number: string; last: number }[] = [];
  let number = '';
  for (let last = first; last < groups.length && number.length < MOST_DIGITS; last++) {
    if (last > first && groups[last]!.from - groups[last - 1]!.to > WIDEST_GAP) break;
    number += groups[last]!.text;
    if (number.length >= FEWEST_DIGITS && number.length <= MOST_DIGITS) rows.push({ number, last });
  }
  for (const { number: row, last } of rows.toReversed())
    for (const [kind, read] of NUMBERS) {
      const normal = actions.has(kind) ? read(row) : undefined;
      if (normal !== undefined) return { kind, normal, last };
    }
  return undefined;
}

/** Addresses within addresses are encoded as often as they are nested. */
const MOST_ROUNDS = 4;

function decode(piece: string): string {
  let text = piece.replaceAll('+', ' ');
  for (let round = 0; round < MOST_ROUNDS && text.includes('%'); round++) text = decodeOnce(text);
  return text;
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}
