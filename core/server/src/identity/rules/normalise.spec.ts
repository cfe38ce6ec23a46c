import { describe, expect, it } from '@jest/globals';
import { CORE_KINDS, kindTable } from './kinds.js';
import { normalise, normalisePhone } from './normalise.js';

const kinds = kindTable(CORE_KINDS);
const of = (kind: string, value: string) => normalise(kinds.get(kind)!, value);

describe('normalising identifiers', () => {
  it.each([
    '13912345678',
    '+8613912345678',
    '86 139-1234-5678',
    '0086 139 1234 5678',
    '１３９１２３４５６７８',
    '(139)12345678',
  ])('reads %s as one mainland phone', (text) => expect(normalisePhone(text.normalize('NFKC'))).toBe('+8613912345678'));

  it('keeps other countries only when they are stated', () => {
    expect(of('phone', '+85291234567')).toBe('+85291234567');
    expect(of('phone', '91234567')).toBeUndefined();
  });

  it.each([
    '',
    '  ',
    'null',
    'undefined',
    '0',
    '00000000',
    '00000000-0000-0000-0000-000000000000',
    '[object Object]',
    'Anonymous',
    '"x"',
    '匿名',
    'a\u0000b',
    '张\uFFFD',
  ])('law 4: %j identifies nobody', (text) => expect(of('anonymous_id', text)).toBeUndefined());

  it.each(['13800138000', '13888888888', '11111111111'])('law 4: the test phone %s identifies nobody', (text) =>
    expect(of('phone', text)).toBeUndefined(),
  );

  it('folds the case of e-mails and refuses what is none', () => {
    expect(of('email', ' Li.Na@Example.COM ')).toBe('li.na@example.com');
    expect(of('email', 'li.na')).toBeUndefined();
  });
});
