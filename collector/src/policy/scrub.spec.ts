import { describe, expect, it } from '@jest/globals';
import {
  hasLuhn,
  isCardNumber,
  scrubText,
  type Json,
  type JsonObject,
  type ScrubAction,
  type ScrubPattern,
  type ScrubRule,
} from '@perennial/contract';
import { createHmac } from 'node:crypto';
import { compileScrub } from './scrub.js';

const digest = (text: string) => createHmac('sha256', 'k').update(text).digest('hex');

/** Repeatable chance. */
function chance(seed: number) {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const below = (n: number) => Math.floor(next() * n);
  return { below, pick: <T>(list: readonly T[]): T => list[below(list.length)]! };
}
type Chance = ReturnType<typeof chance>;

const digits = (luck: Chance, n: number) => Array.from({ length: n }, () => luck.below(10)).join('');

const aPhone = (luck: Chance) => `1${3 + luck.below(7)}${digits(luck, 9)}`;
const anIdCard = (luck: Chance) =>
  `${1 + luck.below(6)}${digits(luck, 5)}19${5 + luck.below(5)}${luck.below(10)}0${1 + luck.below(9)}1${luck.below(10)}${digits(luck, 3)}${luck.pick(['X', 'x', '7'])}`;
function aCard(luck: Chance): string {
  const body = `62${digits(luck, 13 + luck.below(4))}`;
  return Array.from({ length: 10 }, (_, last) => body + last).find((card) => hasLuhn(card) && isCardNumber(card))!;
}
const anEmail = (luck: Chance) =>
  `${luck.pick(['li.na', 'wang+shop', '李娜', 'a_b-c'])}${luck.below(1e6)}@${luck.pick(['qq.com', 'mail.example.cn'])}`;

const wide = (text: string) => text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
const grouped = (text: string, luck: Chance) => {
  const gap = luck.pick([' ', '-', '\u00a0', '\u3000']);
  return text.length === 11
    ? [text.slice(0, 3), text.slice(3, 7), text.slice(7)].join(gap)
    : text.replace(/(.{4})(?=.)/g, `$1${gap}`);
};
/** Ways in which people and addresses spell a number. */
const SPELLINGS: ((text: string, luck: Chance) => string)[] = [
  (text) => text,
  wide,
  grouped,
  (text) => encodeURIComponent(text),
  (text, luck) => encodeURIComponent(encodeURIComponent(grouped(text, luck))),
  (text) => `%20${text}`,
  (text, luck) => grouped(text, luck).replaceAll(' ', '+'),
];
const PREFIXES = ['', '+86', '86', '0086', '+86 ', '0', '%2B86'];
const FRAMES = [
  '$',
  '联系电话：$，谢谢',
  'https://shop.example.com/o/1?ref=ad&mobile=$&x=1#top',
  'call $ or 2026-11-23T10:00:00Z',
  '{"nested":"$"}',
  '订单 20 $',
];

/** Wherever a value may stand in an event. */
const PLACES: ((text: string) => JsonObject)[] = [
  (text) => ({ properties: { note: text } }),
  (text) => ({ properties: { rows: [{ deep: [text] }] } }),
  (text) => ({ properties: { [text]: true } }),
  (text) => ({ context: { page: { url: text } } }),
  (text) => ({ traits: { address: text } }),
  (text) => ({ event: text }),
  (text) => ({ messageId: text }),
];

/** As somebody would read it who looks for it: decoded, half-width, digits together. */
function readBy(text: string): string {
  let plain = text;
  for (let round = 0; round < 4; round++)
    plain = plain.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return plain
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[\s+\-\u00a0\u3000\u0080-\u00ff]/g, '');
}

const all = (action: ScrubAction): ScrubRule[] =>
  (['phone', 'id_card', 'email', 'bank_card'] as const).map((pattern) => ({ pattern, action }));

describe('scrubbing', () => {
  it.each(['drop', 'mask', 'hash'] as const)(
    'lets no phone, id card or bank card through, however written (%s)',
    (action) => {
      const luck = chance(action.length);
      const scrub = compileScrub(all(action), digest)!;
      const survivors: string[] = [];
      for (let n = 0; n < 1_500; n++) {
        const kind = luck.pick(['phone', 'id_card', 'bank_card'] as const);
        const number = kind === 'phone' ? aPhone(luck) : kind === 'id_card' ? anIdCard(luck) : aCard(luck);
        const prefix = kind === 'phone' ? luck.pick(PREFIXES) : '';
        const text = luck.pick(FRAMES).replace('$', prefix + luck.pick(SPELLINGS)(number, luck));
        const item = { type: 'track', userId: 'm1', ...luck.pick(PLACES)(text) };
        const body: JsonObject = luck.below(2) === 0 ? { batch: [item] } : item;
        const before = JSON.stringify(body);
        const values = scrub(body, 'batch' in body);
        if (values === 0 || readBy(JSON.stringify(body)).includes(number)) survivors.push(before);
      }
      expect(survivors).toEqual([]);
    },
  );

  it('lets no e-mail through', () => {
    const luck = chance(7);
    const scrub = compileScrub(all('mask'), digest)!;
    for (let n = 0; n < 1_000; n++) {
      const mail = anEmail(luck);
      const text = luck.pick(FRAMES).replace('$', luck.below(2) === 0 ? mail : encodeURIComponent(mail));
      const body: JsonObject = { properties: { text } };
      scrub(body, false);
      expect(decodeURIComponent(JSON.stringify(body))).not.toContain(mail);
    }
  });

  it('takes numbers for what they are: phones, cards that came rounded; amounts and instants stay', () => {
    const scrub = compileScrub(all('mask'), digest)!;
    const body: JsonObject = {
      properties: {
        tel: 13912345678,
        card: Number('6222021234567890123'),
        at: 1764000000000,
        total: 1399,
        id: 10_000_000_000,
      },
    };
    scrub(body, false);
    expect(body).toEqual({
      properties: {
        tel: '139****78',
        card: expect.stringMatching(/^\*{4}\d{4}$/),
        at: 1764000000000,
        total: 1399,
        id: 10_000_000_000,
      },
    });
  });

  it.each<[string, ScrubPattern, string]>([
    ['an order number', 'phone', 'NO 20261123139123456780'],
    ['an instant', 'bank_card', '1764000000000 2026-11-23T17:38:25.123Z'],
    ['an address of the network', 'phone', '183.136.225.14'],
    ['a number without Luhn', 'bank_card', '6222021234567890'],
    ['a number without a birthday', 'id_card', '110101999913320011'],
    ['an escape that is none', 'phone', 'https://x.example/?q=100%&p=%E4%BD%A0'],
  ])('leaves %s alone', (_, pattern, text) => {
    expect(scrubText(text, [{ pattern, action: 'mask' }], digest)).toBe(text);
  });

  it('masks so that one still sees what it was, and keeps an address an address', () => {
    const rules = all('mask') as { pattern: ScrubPattern; action: ScrubAction }[];
    expect(scrubText('电话+86 139-1234-5678，邮箱 Li.Na@Example.com', rules, digest)).toBe(
      '电话139****78，邮箱 l***@e***.com',
    );
    expect(scrubText('身份证 11010119900307451X 卡 6222 0212 3456 7890 128 完', rules, digest)).toMatch(
      /^身份证 110\*{11}451X 卡 /,
    );
    expect(scrubText('https://a.example/p?m=%2B8613912345678&u=%2Fpath%3Fx%3D1', rules, digest)).toBe(
      'https://a.example/p?m=%2B139****78&u=%2Fpath%3Fx%3D1',
    );
  });

  it('hashes alike however a number is written, and not alike under another key', () => {
    const rules = [{ pattern: 'phone', action: 'hash' }] as const;
    const [one, two] = ['+86 139 1234 5678', '１３９１２３４５６７８'].map((text) =>
      scrubText(text, [...rules], digest),
    );
    expect(one).toBe(two);
    expect(one).toMatch(/^hash:[a-p]{24}$/);
    expect(scrubText('13912345678', [...rules], (text) => digest(`other ${text}`))).not.toBe(one);
  });

  it('leaves what identity needs, unless the rule says otherwise; masked ids would make one person of many', () => {
    const event = () => ({
      userId: '13912345678',
      traits: { phone: '13912345678', name: '13912345678' },
      context: { externalIds: [{ type: 'phone', id: '13912345678' }], traits: { email: 'a@b.cn' } },
    });
    const kept = event() as unknown as JsonObject;
    expect(compileScrub(all('mask'), digest)!(kept, false)).toBe(1);
    expect(kept).toEqual({ ...event(), traits: { phone: '13912345678', name: '139****78' } });
    const gone = event() as unknown as JsonObject;
    compileScrub([{ pattern: 'phone', action: 'mask', includesIdentifiers: true }], digest)!(gone, false);
    expect(JSON.stringify(gone)).not.toContain('13912345678');
    expect(gone['userId']).toMatch(/^hash:/);
  });

  it('takes out places, also within lists and in what a batch says for all its items', () => {
    const rules: ScrubRule[] = [
      { path: 'properties.items.note', action: 'drop' },
      { path: 'traits.name', action: 'mask' },
      { path: 'context.ip', action: 'drop' },
      { path: 'userId', action: 'mask' },
      { path: 'properties.address', action: 'hash' },
    ];
    const body: JsonObject = {
      context: { ip: '1.2.3.4', locale: 'zh' },
      batch: [
        { userId: 'm1', properties: { items: [{ note: 'a', n: 1 }, { n: 2 }], address: { city: '上海' } } },
        { userId: 'm1', traits: { name: '李娜娜' }, context: { ip: '1.2.3.4' } },
        'no object',
      ],
    };
    expect(compileScrub(rules, digest)!(body, true)).toBe(7);
    const [one, two] = body['batch'] as [JsonObject, JsonObject];
    expect(body['context']).toEqual({ locale: 'zh' });
    expect(one['properties']).toEqual({ items: [{ n: 1 }, { n: 2 }], address: expect.stringMatching(/^hash:/) });
    expect(two).toMatchObject({ traits: { name: '李***' }, context: {} });
    expect(one['userId']).toBe(two['userId']);
  });

  it('bears hostile bodies: nesting without end, members named like JavaScript’s own, quadratic texts', () => {
    const scrub = compileScrub([...all('mask'), { path: 'properties.a', action: 'hash' }], digest)!;
    const deep = JSON.parse(`{"properties":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`) as JsonObject;
    scrub(deep, false);
    expect(JSON.stringify(deep).length).toBeLessThan(1_000);
    const own = JSON.parse('{"properties":{"__proto__":"13912345678","constructor":1}}') as JsonObject;
    scrub(own, false);
    expect(JSON.stringify(own)).toBe('{"properties":{"__proto__":"139****78","constructor":1}}');
    const began = performance.now();
    for (const part of ['1 ', 'a.', '%25', '6222 ', '1３', 'a@'])
      scrub({ properties: { text: part.repeat(30_000) as Json } }, false);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
