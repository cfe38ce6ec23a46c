import { expect, it } from '@jest/globals';
import { TAGS } from '../tags.js';
import { sceneGroup } from './scene.js';

it.each([
  ['wechat', '1001', 'recent'],
  ['wechat', '1011', 'code'],
  ['wechat', '1044', 'chat'],
  ['wechat', '1107', 'message'],
  ['wechat', '1154', 'moments'],
  ['wechat', '1177', 'channels'],
  ['wechat', '1194', 'h5'],
  ['wechat', '9999', 'other'],
  ['wechat', '', 'other'],
  ['douyin', '021036', 'recent'],
  ['douyin', '021002', 'code'],
  ['douyin', '023001', 'content'],
  ['douyin', '101010', 'program'],
  ['douyin', '016001', 'ad'],
  ['douyin', 'odd', 'other'],
  ['alipay', '1007', undefined],
] as const)('%s %s is %s', (vendor, scene, group) => {
  expect(sceneGroup(vendor, scene)).toBe(group);
});

it('every group has its name in the tag that counts them', () => {
  const named = TAGS[0]!.values!.map(({ value }) => value);
  const wechat = Array.from({ length: 300 }, (_, n) => sceneGroup('wechat', String(1000 + n)));
  const douyin = Array.from({ length: 8999 }, (_, n) => sceneGroup('douyin', `02${1000 + n}`));
  expect(new Set<unknown>([...wechat, ...douyin])).toEqual(new Set(named));
});
