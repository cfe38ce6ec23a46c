import { CITIES, nameOf } from './brand.js';
import { Random } from './random.js';

/** What kind of customer a person is behind all data: the truth that models try to find. */
export type Kind = 'looker' | 'once' | 'regular' | 'frequent' | 'spender' | 'leaver';

export interface Person {
  number: number;
  kind: Kind;
  name: string;
  gender: '女' | '男';
  city: string;
  birthday: string;
  phone: string;
  /** Registered members have one; it becomes known at the first login or card scan. */
  memberId: string;
  openId: string;
  douyinId: string;
  devices: string[];
  /** Where they are met, most liked first. */
  home: 'miniprogram' | 'web' | 'douyin' | 'shop';
  /** Share of the year that has passed when they first appear. */
  begins: number;
}

const KINDS: [Kind, number][] = [
  ['looker', 42],
  ['once', 22],
  ['regular', 16],
  ['frequent', 5],
  ['spender', 4],
  ['leaver', 11],
];

/** One in so many people buys with somebody else's phone: couples, mothers and daughters. */
const FAMILY_EVERY = 25;

/** Person `number` of a seed, always the same. A family member bears the phone of the person before. */
export function personOf(seed: number, number: number): Person {
  const random = new Random(seed, number);
  const kind = random.weighted(KINDS);
  const gender = random.chance(0.85) ? '女' : '男';
  return {
    number,
    kind,
    name: nameOf(random.whole(0, 999), random.whole(0, 999)),
    gender,
    city: random.weighted(CITIES.map((city, n) => [city, CITIES.length - n] as const)),
    birthday: `${random.whole(1970, 2006)}-${pad(random.whole(1, 12))}-${pad(random.whole(1, 28))}`,
    phone: phoneOfOwn(number % FAMILY_EVERY === 0 && number > 0 ? number - 1 : number),
    memberId: `m${String(number).padStart(6, '0')}`,
    openId: `o_${seed}_${number}`,
    douyinId: `dy_${seed}_${number}`,
    devices: Array.from({ length: random.whole(1, 3) }, (_, n) => `anon-${seed}-${number}-${n}`),
    home: random.weighted([
      ['miniprogram', 5],
      ['web', 3],
      ['douyin', 2],
      ['shop', 3],
    ] as const),
    begins: random.next() * 0.95,
  };
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** Numbers of a range that reads as invented: 199 and 8 digits made from the person's number, never the same twice. */
export const phoneOfOwn = (number: number): string =>
  `199${String((number * 7919 + 10_000_019) % 100_000_000).padStart(8, '0')}`;
