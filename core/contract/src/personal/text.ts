import { cut } from '../well-formed.js';
import type { ScrubAction, ScrubPattern } from './policy.js';
import { glance, MAY } from './glance.js';
import { hasLuhn, isCard, isCardNumber, isCheckedIdCard, isIdCard } from './numbers.js';
import { withoutSecrets } from './secrets.js';

/** A keyed hash that a runtime offers. */
export type Digest = (text: string) => string;

/**
 * Full-width digits are what Chinese input methods write; gaps are what people put between. A full stop is none: it would
 * make phones of network addresses.
 */
const D = '0-9０-９';
const X = 'XxＸｘ';
const GAP = ' \\u00a0\\u3000()（）\\-‐-―－';
const RUN = /* @__PURE__ */ new RegExp(`[+＋]?[${D}][${D}${X}${GAP}]*`, 'g');
const GROUP = /* @__PURE__ */ new RegExp(`[${D}]+[${X}]?`, 'g');
const WIDEST_GAP = 2;
const EMAIL = /[\p{L}\p{N}._%+'-]{1,64}[@＠][\p{L}\p{N}.-]{1,190}\.\p{L}{2,24}/gu;

export const toHalf = (text: string): string =>
  text.replace(/[！-～]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));

interface Split {
  groups: number;
  first: number;
  second: number;
}

/** In one piece, or parted so that the first piece is as long as on the card. */
const isSplitAs = ({ groups, first }: Split, length: number): boolean => groups === 1 || first === length;

/** What a row of digit groups is read with. */
interface Row {
  /** Upper case, half width, without gaps. */
  number: string;
  /** How many groups, and how long the first two are. */
  split: Split;
  hasPlus: boolean;
  isSure: boolean;
}

/** Kinds of numbers, those first that another could be taken for; each gives the form that all its spellings share. */
const NUMBERS: [ScrubPattern, (row: Row) => string | undefined][] = [
  ['id_card', readIdCard],
  ['bank_card', readBankCard],
  ['phone', readPhone],
];

/** Where nobody has asked for it, a number must prove itself: by its checksum, and by the way in which it is written. */
function readIdCard({ number, split, isSure }: Row): string | undefined {
  if (number.length !== 18) return undefined;
  if (!isSure) return isIdCard(number) ? number : undefined;
  return isCheckedIdCard(number) && isSplitAs(split, 6) ? number : undefined;
}

function readBankCard({ number, split, isSure }: Row): string | undefined {
  if (number.length < 14) return undefined;
  const digits = number.replace(/X$/, '');
  if (!hasLuhn(digits)) return undefined;
  if (!isSure) return isCardNumber(digits) ? digits : undefined;
  return isCard(digits) && isSplitAs(split, 4) ? digits : undefined;
}

/** `0086` and eleven digits, perhaps an X behind. */
const LONGEST_PHONE = 16;
const MAINLAND = /^((?:00)?86|0)?(1[3-9]\d{9})X?$/;
/** Places whose numbers are told by their form: Hong Kong, Macau, Taiwan. */
const NEAR = /^(?:00)?(852[4-9]\d{7}|853[68]\d{7}|8860?9\d{8})$/;

function readPhone({ number, split, hasPlus, isSure }: Row): string | undefined {
  if (number.length > LONGEST_PHONE) return undefined;
  const mainland = MAINLAND.exec(number);
  if (mainland) return isSure && !isDialled(split, mainland[1]?.length ?? 0) ? undefined : mainland[2];
  if (!isSure) return undefined;
  if (!hasPlus && !number.startsWith('00')) return undefined;
  const near = NEAR.exec(number);
  if (near) return `+${near[1]}`;
  return hasPlus && /^[1-9]\d{9,14}$/.test(number) ? `+${number}` : undefined;
}

/** `139 1234 5678`, not `13-11-2024 123`: people do not part the first three digits. */
function isDialled({ first, second }: Split, prefix: number): boolean {
  return first === prefix ? second >= 3 : first - prefix >= 3;
}

const FEWEST_DIGITS = 10;
const MOST_DIGITS = 19;
/** A card in fours, a phone with its country: nobody parts a number more often. */
const MOST_GROUPS = 6;

/** A domain may be a family's or a firm's of three: its first letter and its country are left. */
export const maskDomain = (domain: string): string => `${cut(domain, 1)}***${/\.[^.]*$/.exec(domain)?.[0] ?? ''}`;

const MASKS: Record<ScrubPattern, (normal: string) => string> = {
  email: (mail) => `${cut(mail, 1)}***@${maskDomain(mail.split('@')[1]!)}`,
  id_card: (id) => `${id.slice(0, 3)}***********${id.slice(-4)}`,
  bank_card: (card) => `****${card.slice(-4)}`,
  phone: (phone) => `${phone.slice(0, phone.startsWith('+') ? 4 : 3)}****${phone.slice(-2)}`,
  secret: () => '***',
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

/** What is done with what is found, ready to be asked text by text. */
export interface Reading {
  actions: ReadonlyMap<ScrubPattern, ScrubAction>;
  digest: Digest;
  /** Only what proves itself goes: by checksum, spelling and surroundings. Where an operator's rule asks, what looks like it goes. */
  isSure: boolean;
}

const PIECE = /[^?&#=;/\s"'<>]+/g;

/** The text without what the rules seek, also where it stands encoded in an address. */
export const scrubText = (text: string, rules: readonly TextRule[], digest: Digest): string =>
  readText(text, { actions: new Map(rules.map(({ pattern, action }) => [pattern, action])), digest, isSure: false });

export function readText(text: string, reading: Reading): string {
  const flags = glance(text);
  if (flags === 0) return text;
  const plain = replaceAll(text, reading, flags);
  if (!(flags & MAY.encoded) && !(flags & MAY.number && plain.includes('+'))) return plain;
  return plain.replace(PIECE, (piece) => {
    if (!/[%+]/.test(piece)) return piece;
    const decoded = decode(piece);
    const clean = replaceAll(decoded, reading, glance(decoded));
    return clean === decoded ? piece : encodeURIComponent(clean);
  });
}

function replaceAll(text: string, reading: Reading, flags: number): string {
  const { actions, digest } = reading;
  let clean = text;
  const [secret, mail] = [actions.get('secret'), actions.get('email')];
  if (secret && flags & (MAY.assigned | MAY.token))
    clean = withoutSecrets(clean, (found) => replacement('secret', found, secret, digest));
  if (mail && flags & MAY.mail)
    clean = clean.replace(EMAIL, (found) => replacement('email', toHalf(found).toLowerCase(), mail, digest));
  if (!(flags & MAY.number)) return clean;
  return clean.replace(RUN, (run: string, at: number, whole: string) =>
    run.length < FEWEST_DIGITS ? run : replaceNumbers(run, { whole, at }, reading),
  );
}

interface Group {
  text: string;
  from: number;
  to: number;
}

/** Numbers are written in groups, and others may stand beside them: every row of whole groups is tried, the longest first. */
function replaceNumbers(run: string, place: { whole: string; at: number }, reading: Reading): string {
  const groups = groupsOf(run);
  const hasPlus = /^[+＋]/.test(run);
  let [clean, at] = ['', 0];
  for (let first = 0; first < groups.length; first++) {
    const found = numberAt(groups, first, {
      actions: reading.actions,
      isSure: reading.isSure,
      hasPlus: hasPlus && first === 0,
    });
    if (!found) continue;
    const { kind, normal, last } = found;
    // The plus of a country's code goes with the number.
    const from = first === 0 ? 0 : groups[first]!.from;
    const { to } = groups[last]!;
    if (reading.isSure && isOfThings(place.whole, place.at + from, place.at + to)) continue;
    clean += run.slice(at, from) + replacement(kind, normal, reading.actions.get(kind)!, reading.digest);
    at = to;
    first = last;
  }
  return clean + run.slice(at);
}

const groupsOf = (run: string): Group[] =>
  [...run.matchAll(GROUP)].map(({ 0: text, index }) => ({
    text: PLAIN.test(text) ? text : toHalf(text).toUpperCase(),
    from: index,
    to: index + text.length,
  }));
const PLAIN = /^\d+$/;

type Sought = Pick<Reading, 'actions' | 'isSure'> & { hasPlus: boolean };

function numberAt(groups: Group[], first: number, { actions, isSure, hasPlus }: Sought) {
  const rows: { number: string; last: number }[] = [];
  let number = '';
  const end = isSure && first + MOST_GROUPS < groups.length ? first + MOST_GROUPS : groups.length;
  for (let last = first; last < end && number.length < MOST_DIGITS; last++) {
    if (last > first && groups[last]!.from - groups[last - 1]!.to > WIDEST_GAP) break;
    number += groups[last]!.text;
    if (number.length >= FEWEST_DIGITS && number.length <= MOST_DIGITS) rows.push({ number, last });
  }
  const lengthOf = (at: number) => groups[at]?.text.length ?? 0;
  for (const { number: row, last } of rows.toReversed()) {
    const split = { groups: last - first + 1, first: lengthOf(first), second: last > first ? lengthOf(first + 1) : 0 };
    for (const [kind, read] of NUMBERS) {
      const normal = actions.has(kind) ? read({ number: row, split, hasPlus, isSure }) : undefined;
      if (normal !== undefined) return { kind, normal, last };
    }
  }
  return undefined;
}

/** Words behind which a number is a person's though letters touch it: `tel13912345678`, `wx13912345678`. */
const OF_PERSON = /(?:tel|telephone|phone|mobile|mob|cell|wx|wechat|weixin|vx?|qq|user|uid?|member|sms|call|wa)$/i;
/** Words behind which a number is a thing's: `order_id=13912345678`, `订单号：13912345678`. */
const OF_THING =
  /(?:order|trade|trans(?:action)?|invoice|bill|serial|sku|waybill|tracking|express|batch|订单号?|订单编号|单号|流水号?|运单号?|编号|条码|货号)[_-]?(?:id|no|num|number|code|sn)?\.?["'”]?\s?[:：=#_-]?\s?["'“]?$/i;
const LOOKED_BACK = 32;

/** Part of a code, of an amount, or named as a thing's: no person's number. */
function isOfThings(text: string, from: number, to: number): boolean {
  const before = text.slice(Math.max(0, from - LOOKED_BACK), from);
  if (/[a-z]$/i.test(before) && !OF_PERSON.test(before)) return true;
  if (/\d\.$/.test(before) || /^(?:\.\d|[a-z])/i.test(text.slice(to, to + 2))) return true;
  return OF_THING.test(before);
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
