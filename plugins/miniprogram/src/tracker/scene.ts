import type { Vendor } from './vendor.js';

/** Kinds of ways in, by the letters of the tables below. */
const KINDS: Record<string, string> = {
  r: 'recent',
  d: 'desktop',
  s: 'search',
  c: 'chat',
  g: 'group',
  q: 'code',
  m: 'message',
  o: 'account',
  a: 'ad',
  p: 'program',
  x: 'app',
  h: 'h5',
  t: 'moments',
  v: 'channels',
  w: 'wecom',
  y: 'pay',
  n: 'content',
  b: 'promotion',
};

/** WeChat's values from 1000 on, ten a row: as a table of numbers it would cost three times as much in every program. */
const WECHAT =
  '-r---sscg-' +
  '-qqqm----y' +
  'o-rd-q-syy' +
  '-qq-yoxpp-' +
  '--smcaaqqq' +
  '--yss--yo-' +
  'y----h-aax' +
  '-yqmo-----' +
  '-mo-a---mr' +
  'ro---acy-p' +
  '--orr-sm--' +
  '---dd----w' +
  'ww--qqq---' +
  '-r--------' +
  '----o---y-' +
  'q-o-tt-og-' +
  'g------hx-' +
  '---c-vvvr-' +
  '-h-svg-r-a' +
  '-vwvhv-vv-' +
  'aaw---vwc-' +
  '-----av---' +
  '---d----a-' +
  '-m--------';

/** Douyin's values are two digits of the host app and four of the way, of which the first names the kind; some ways are their own. */
const DOUYIN = '-rsncbam';
const DOUYIN_OWN: Record<string, string> = { 1002: 'q', 1007: 'q', 1009: 'p', 1010: 'p', 1020: 'd' };

/** What a scene value means, as far as its vendor publishes that; `other` for values that are not on the list. */
export function sceneGroup(vendor: Vendor, scene: string): string | undefined {
  if (vendor === 'wechat') return KINDS[WECHAT.charAt(Number(scene) - 1000)] || 'other';
  if (vendor === 'douyin')
    return KINDS[DOUYIN_OWN[scene.slice(2)] || DOUYIN.charAt(Number(scene.charAt(2)))] || 'other';
  return undefined;
}
