import { IsInt, IsUrl, Length, Max, Min } from 'class-validator';
import { describe, expect, it } from '@jest/globals';
import type { ProfileMerged } from '@perennial/contract';
import { Field, formOf, On, definePlugin, hookHandlers, ScoringModel, type Model } from './index.js';

class CouponOptions {
  @Field({ title: { zh: '地址', en: 'Address' } })
  @IsUrl()
  baseUrl!: string;

  @Field({ title: { zh: '密钥', en: 'Key' }, isSecret: true })
  @Length(8, 64)
  apiKey!: string;

  @Field({ title: { zh: '批量', en: 'Batch size' } })
  @IsInt()
  @Min(1)
  @Max(500)
  batchSize = 100;
}

@ScoringModel({ key: 'coupon.love', title: { zh: '爱券', en: 'Loves coupons' }, writes: ['coupon.love'], version: 1 })
class Love implements Model {
  async *score() {
    yield [];
    return { metrics: {} };
  }
}

class MoveGrants {
  merged: ProfileMerged[] = [];
  @On('profile.merged')
  move(merge: ProfileMerged) {
    this.merged.push(merge);
  }
}

const declaration = {
  name: 'coupon',
  version: '0.1.0',
  title: { zh: '优惠券', en: 'Coupons' },
  requires: { core: '^0.1.0' },
  options: CouponOptions,
};
const tag = {
  key: 'coupon.love',
  title: { zh: '爱券', en: 'Loves coupons' },
  category: 'model' as const,
  valueType: 'number' as const,
  computation: { kind: 'model' as const, model: 'coupon.love' },
  scenario: { zh: '发券', en: 'Grant coupons' },
  onUnmatched: 'keep' as const,
};

describe('definePlugin', () => {
  it('validates options at once, names every wrong key and refuses unknown ones', () => {
    const coupon = definePlugin(declaration);
    expect(coupon({ baseUrl: 'https://a.example', apiKey: '12345678' }).configured.batchSize).toBe(100);
    expect(() => coupon({ baseUrl: 'nowhere', apiKey: 'short', colour: 'red' } as never)).toThrow(
      expect.objectContaining({
        code: 'OPTIONS_INVALID',
        details: { owner: 'plugin coupon', keys: expect.arrayContaining(['baseUrl', 'apiKey', 'colour']) },
      }),
    );
  });

  it('draws the form from the options class', () => {
    expect(formOf(CouponOptions)).toEqual([
      { key: 'baseUrl', title: { zh: '地址', en: 'Address' }, type: 'url', isRequired: true },
      { key: 'apiKey', title: { zh: '密钥', en: 'Key' }, type: 'secret', isRequired: true, min: 8, max: 64 },
      {
        key: 'batchSize',
        title: { zh: '批量', en: 'Batch size' },
        type: 'number',
        isRequired: false,
        initial: 100,
        min: 1,
        max: 500,
      },
    ]);
  });

  it('refuses parts without their decorator, foreign tag keys and tags that a model writes undeclared', () => {
    expect(() => definePlugin({ ...declaration, hooks: [CouponOptions] })).toThrow(/CouponOptions is no hook handler/);
    expect(() => definePlugin({ ...declaration, tags: [{ ...tag, key: 'love' }] })).toThrow(
      /must begin with "coupon\."/,
    );
    expect(() => definePlugin({ ...declaration, models: [Love] })).toThrow(/coupon\.love is written by a model/);
    expect(definePlugin({ ...declaration, models: [Love], tags: [tag], hooks: [MoveGrants] })).toBeInstanceOf(Function);
  });

  it('finds the methods that hear a hook', () => {
    expect(hookHandlers(MoveGrants)).toEqual([{ hook: 'profile.merged', method: 'move' }]);
  });
});
