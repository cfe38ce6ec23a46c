import { describePlugin } from '@perennial/testing';
import { describe, expect, it } from '@jest/globals';
import { miniprogram } from './index.js';
import { KINDS } from './kinds.js';
import { kindsOf } from './tracker/external-ids.js';

describePlugin(miniprogram());

describe('the plugin', () => {
  it('declares the kinds of those vendors that core does not know', () => {
    const stated = (['baidu', 'kuaishou', 'xiaohongshu'] as const).flatMap(kindsOf);
    expect(KINDS.map(({ key }) => key).sort()).toEqual(stated.sort());
  });

  it('has no options, and refuses any', () => {
    const given = { secret: 'x' };
    expect(() => miniprogram(given)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
  });
});
