import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { cleanObject, cleanText } from './clean.js';
import { hasLuhn, isCard } from './numbers.js';
import { personalActions, SAFE_PERSONAL } from './policy.js';
import type { Reading } from './text.js';

const reading: Reading = { actions: personalActions(SAFE_PERSONAL), digest: (text) => `d${text.length}`, isSure: true };
const of = (object: JsonObject) => cleanObject(object, reading);

const PHONE = '13912345678';
const ID_CARD = '11010519491231002X';
const CARD = '6222021234567890128';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMzkxMjM0NTY3OCJ9.c2lnbmF0dXJl';

/** Whether anything of it is left to be read. */
const holds = (value: unknown, secret: string) =>
  decodeURIComponent(JSON.stringify(value)).replace(/[\s-]/g, '').includes(secret);

describe('what must not be collected', () => {
  it.each([
    ['a phone', `请打 ${PHONE} 找我`, PHONE],
    ['with its country', `+86 139 1234 5678`, PHONE],
    ['with 0086', `0086-139-1234-5678`, PHONE],
    ['with touching words', `电话${PHONE}，tel${PHONE} wx${PHONE}`, PHONE],
    ['of Hong Kong', '打 +852 9876 5432', '98765432'],
    ['of Macau', '0085366123456', '66123456'],
    ['of Taiwan', '+886 912 345 678', '912345678'],
    ['of elsewhere', '+44 20 7946 0958', '2079460958'],
    ['an e-mail', 'to: li.na@example.com!', 'li.na@example.com'],
    ['an id card', `证 ${ID_CARD}`, ID_CARD],
    ['a bank card', `卡 6222 0212 3456 7890 128`, CARD],
    ['in an address', `https://a.example/p?m=%2B86${PHONE}&e=li.na%40example.com`, PHONE],
    ['a token', `x ${JWT}`, JWT],
    ['a reset token', 'https://a.example/reset?reset_token=abc123def&x=1', 'abc123def'],
    ['a token in a fragment', '/cb#access_token=zzz999yyy&state=1', 'zzz999yyy'],
    ['a token in an address in an address', '/go?to=%2Freset%3Ftoken%3Dabc123def', 'abc123def'],
    ['a key of a service', 'https://a.example/?k=sk_live_abcdefghij123456', 'sk_live_abcdefghij123456'],
    ['a signature', 'https://oss.example/a.jpg?Expires=1&Signature=abcDEF123', 'abcDEF123'],
    ['JSON in a text', `{"to":{"手机":"${PHONE}","home":"0755-8123456"}}`, '07558123456'],
    ['full width', '１３９１２３４５６７８', '１３９１２３４５６７８'],
  ])('is found by its value: %s', (_, text, secret) => {
    const clean = of({ note: text, rows: [{ deep: [text] }] });
    expect(holds({ note: text }, secret.replace(/[\s-]/g, ''))).toBe(true);
    expect(holds(clean, secret)).toBe(false);
  });

  it.each<[string, string | number]>([
    ['收货人电话', '0755-81234567'],
    ['联系电话', '81234567'],
    ['联系方式', 'zhang_san88'],
    ['contact', '98765432'],
    ['wechat', 'zhangsan-wx'],
    ['微信号', 'zhangsan'],
    ['cell', 98765432],
    ['cellphone', '98765432'],
    ['phone2', '98765432'],
    ['phoneNo', '98765432'],
    ['mobile_no', '98765432'],
    ['contactInfo', '98765432'],
    ['account', '98765432'],
    ['to', '98765432'],
    ['qq', '123456789'],
    ['receiverPhone', '98765432'],
    ['身份证号', '110105491231002'],
    ['idCardNo', '110105491231002'],
    ['银行卡号', '1234567890123456'],
    ['password', 'hunter2222'],
    ['verifyCode', 123456],
    ['accessToken', 'abcdef'],
  ])('is found by its key where the value says nothing: %s', (key, value) => {
    expect(of({ [key]: value })[key]).not.toEqual(value);
    expect(holds(of({ [key]: value }), String(value))).toBe(false);
    expect(of({ remark: value })).toEqual({ remark: value });
  });

  it('finds values that stand in lists and as numbers, and names that are numbers', () => {
    const before = { phones: ['98765432', { number: 98765432 }], n: 13912345678, [PHONE]: true };
    const clean = of(before);
    expect(holds(clean, '98765432')).toBe(false);
    expect(holds(clean, PHONE)).toBe(false);
  });

  it('gives the same object where it finds nothing, so that nothing is copied', () => {
    const event = { total: 12.5, items: [{ name: '面膜', sku: 'A-1' }], url: 'https://a.example/p/1?x=1' };
    expect(of(event)).toBe(event);
  });

  it('leaves what an operator keeps', () => {
    const acts = { ...SAFE_PERSONAL.acts, phone: 'keep' as const, email: 'drop' as const };
    const loose = { ...reading, actions: personalActions({ ...SAFE_PERSONAL, acts }) };
    expect(cleanText(`${PHONE} li.na@example.com`, loose)).toBe(`${PHONE} `);
  });
});

describe('what is nobody’s', () => {
  it.each<[string, JsonObject]>([
    ['order numbers by their key', { order_id: PHONE, orderNo: PHONE, 订单号: PHONE, trade_no: '6222021234567890128' }],
    [
      'order numbers by their word',
      { note: `订单号：${PHONE}`, url: `/o?order_id=${PHONE}`, memo: `"orderNo":"${PHONE}"` },
    ],
    ['amounts', { total: 13912345678, paid: '13912345678.50', fee: 1391234567.8 }],
    ['instants', { at: 1764000000000, x: '1764000000000', y: 1764000000000000, z: '2026-11-23T17:38:25.123Z' }],
    ['dates beside numbers', { note: '13-11-2024 123', span: '2024-11-23 2024-11-24 10' }],
    ['codes', { sku: 'A13912345678', code: '8A13912345678F', version: '1.13912345678' }],
    ['uuids', { id: '3f139123-4567-4890-a139-12345678901a', run: '0b1b6a2e-9f13912345678' }],
    ['addresses of the network', { ip: '183.136.225.14' }],
    [
      'models of phones',
      { phone: 'iPhone 15 Pro', phone_model: 'A2849', mobile: true, contact: 'evening', to: '/cart' },
    ],
    ['chosen words', { account: 'premium', contact: 'phone', wechat: 'yes', from_to: 'gold' }],
    ['agents', { userAgent: 'Mozilla/5.0 (Linux; Android 14; V2309A) Chrome/120.0.6099.109 Mobile/15E148' }],
  ])('stays: %s', (_, event) => {
    expect(of(event)).toEqual(event);
  });

  /** Repeatable chance. */
  function chance(seed: number) {
    let state = seed;
    const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const below = (n: number) => Math.floor(next() * n);
    return { below, digits: (n: number) => Array.from({ length: n }, () => below(10)).join('') };
  }
  const luck = chance(30);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = () => `20${two(20 + luck.below(7))}${two(1 + luck.below(12))}${two(1 + luck.below(28))}`;
  const NUMBERS: [string, number, () => string][] = [
    ['day and ten digits', 0, () => day() + luck.digits(10)],
    ['instant and six digits', 0, () => day() + luck.digits(12)],
    ['of Taobao, 18 and 19 digits', 0, () => `${1 + luck.below(3)}${luck.digits(17 + luck.below(2))}`],
    ['of WeChat Pay', 0, () => `4200${luck.digits(6)}${day()}${luck.digits(10)}`],
    ['of JD, 12 digits', 0, () => `${1 + luck.below(3)}${luck.digits(11)}`],
    ['ms, 13 digits', 0, () => `17${luck.digits(11)}`],
    ['snowflakes', 0, () => `1${luck.digits(18)}`],
    ['EAN', 0, () => `69${luck.digits(11)}`],
    ['16 digits of any kind', 0.03, () => luck.digits(16)],
    ['18 digits of any kind', 0.003, () => luck.digits(18)],
  ];

  it.each(NUMBERS)('of 20,000 numbers under no telling key: %s, at most a share of %d', (_, most, make) => {
    let taken = 0;
    for (let n = 0; n < 20_000; n++) {
      const number = make();
      if (cleanText(number, reading) !== number) taken += 1;
    }
    expect(taken / 20_000).toBeLessThanOrEqual(most);
    expect(hasLuhn(CARD) && isCard(CARD)).toBe(true);
  });
});

const HOSTILE = ['1 ', 'a.', '%25', '6222 ', '1３', 'a@', 'token=', '{"a":', 'eyJ', '+86 1', "a'"];

it.each(HOSTILE)('bears hostile texts: eight times as much of %j takes no more than linear time', (part) => {
  // Time of this process's own, so that a busy machine is not taken for a slow reader; the first round warms up.
  const cost = (length: number) => {
    const text = part.repeat(Math.floor(length / part.length));
    const rounds = Array.from({ length: 5 }, () => {
      const began = process.cpuUsage();
      for (let n = 0; n < 320_000 / length; n++) cleanText(text, reading);
      return process.cpuUsage(began).user;
    });
    return Math.min(...rounds) / (320_000 / length);
  };
  // Quadratic would be 64 times as much.
  expect(cost(32_000) / Math.max(cost(4_000), 20)).toBeLessThan(32);
});
