import { describe, expect, it } from '@jest/globals';
import { CORE_KINDS } from './kinds.js';
import { isNobody, isPlaceholder, nobodyUnder } from './nobody.js';
import { BUILT_IN_WORDS } from './nobody.words.js';
import { normalise } from './normalise.js';
import { checkRules, defaultRules, kindsUnder } from './rule-set.js';

const member = CORE_KINDS.find(({ key }) => key === 'user_id')!;

describe('words that identify nobody', () => {
  it.each([
    '(null)',
    '<null>',
    'NULL',
    '（null）',
    'undefined',
    '[object Object]',
    'N/A',
    '0',
    '-1',
    'xxx',
    '00-00_00',
    '未登录',
    '游客',
    '匿名用户',
    '管理员',
    'admin',
    'Administrator',
    'anonymousId',
    'userId',
    'user.id',
    'ＮＵＬＬ',
    '{{user.id}}',
    '{{ user.id }}',
    '${id}',
    '#{id}',
    '%s',
    '%@',
    '__UID__',
    '<userId>',
    '"abc"',
    "'abc'",
    '{uid}',
    '00000000-0000-0000-0000-000000000000',
    'test',
    '测试',
    'Guest',
    'not logged in',
    '<%= id %>',
    '[openid]',
  ])('%s', (value) => expect(normalise(member, value)).toBeUndefined());

  it.each([
    'm-1',
    '1',
    '10001',
    'adminton',
    '张三',
    'a{{b}}',
    'x_1',
    '__a',
    '游客_8812',
    'test@shop.cn',
    '{}x',
    'null-1',
  ])('%s is somebody', (value) => expect(normalise(member, value)).toBe(value));

  it('the list has no line twice and each is nobody by itself', () => {
    const values = BUILT_IN_WORDS.map(({ value }) => value);
    expect(new Set(values).size).toBe(values.length);
    for (const value of values) expect([value, isNobody(value.replace('…', 'abc'))]).toEqual([value, true]);
  });

  it('the rules add words and forms, and take others out, for every kind', () => {
    const nobody = {
      added: [
        { value: '门店公用', reason: 'shared tablet' },
        { value: 'POS-…-SHARED', reason: 'tills' },
      ],
      removed: [{ value: 'Admin', reason: 'a customer is called so' }],
    };
    const rules = { ...defaultRules(CORE_KINDS), nobody };
    expect(() => checkRules(rules, CORE_KINDS)).not.toThrow();
    const kinds = kindsUnder(rules, CORE_KINDS);
    for (const key of ['user_id', 'anonymous_id', 'wechat_openid']) {
      const kind = kinds.get(key)!;
      expect(['门店公用', 'pos-17-shared', 'admin', 'null'].map((value) => normalise(kind, value))).toEqual([
        undefined,
        undefined,
        'admin',
        undefined,
      ]);
    }
    expect(nobodyUnder({ removed: [{ value: '0-.:_*x', reason: 'ids of zeros' }] })('000')).toBe(false);
  });

  it.each([
    [{ added: [{ value: '…', reason: 'all' }], removed: [] }, 'either side'],
    [{ added: [{ value: 'a…b…c', reason: 'x' }], removed: [] }, 'once'],
    [{ added: [], removed: [{ value: 'nowhere', reason: 'x' }] }, 'not on the built-in list'],
    [{ added: [{ value: 'a', reason: ' ' }], removed: [] }, 'a reason is needed'],
  ])('refuses %j', (nobody, problem) => {
    expect(() => checkRules({ ...defaultRules(CORE_KINDS), nobody }, CORE_KINDS)).toThrow(problem);
  });

  it('a message id is none where a template left it empty, and one where it only looks odd', () => {
    for (const id of ['', '  ', 'undefined', 'null', '{{id}}', '${id}', '[object Object]', '00000000', null, undefined])
      expect([id, isPlaceholder(id)]).toEqual([id, true]);
    for (const id of ['<20260601@mail.shop.cn>', 'test', 'admin', '0', '1', 'm-1', '[1]'])
      expect([id, isPlaceholder(id)]).toEqual([id, false]);
  });
});
