import { expect, it } from '@jest/globals';
import { oneTimePassword, passwordProblem } from './password.js';

const WEAK = [
  '1234567890',
  'password123',
  'qwertyuiop',
  'Perennial1',
  '11112222333344445555',
  'aaaaaaaaaa',
  'P@ssw0rd2024',
  'abcabcabcabc',
  'Aa123456789',
  'woaini1314520',
  'woaini5201314',
  'admin@123456',
  '1qaz2wsx3edc',
  'Changqing2026!',
  '13800138000a',
  '19900101abc',
  'wechat888888',
  'zhangwei-1990',
  'qazwsxedcrfv',
  'lin-2024-lin!',
  'huiyuan123!@#',
];

it.each(WEAK)('refuses %s, which is guessed soon', (password) => {
  expect(passwordProblem(password, 'lin')).toBeDefined();
});

it.each(['correct horse', 'battery staple 9', 'first password', '常青树下喝一杯茶吧好', 'tomato-rides-7-bikes'])(
  'takes %s',
  (password) => {
    expect(passwordProblem(password, 'lin')).toBeUndefined();
  },
);

it('takes what it makes itself', () => {
  expect(Array.from({ length: 500 }, oneTimePassword).filter((made) => passwordProblem(made, 'lin'))).toEqual([]);
});
