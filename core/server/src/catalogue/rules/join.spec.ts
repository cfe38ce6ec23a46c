import { describe, expect, it } from '@jest/globals';
import type { CatalogueObject, JsonObject } from '@perennial/contract';
import { joined } from './join.js';
import { namedIn } from './named.js';

const CREAM: CatalogueObject = {
  id: 'c1',
  name: '面霜',
  facts: { category: '护肤', price: 320 },
  tags: ['抗老', '热销'],
};
const LIPSTICK: CatalogueObject = { id: 'l1', name: '口红', facts: { category: '彩妆' }, tags: ['热销'] };
const known = new Map([CREAM, LIPSTICK].map((object) => [object.id, object]));

const join = (properties: JsonObject, campaign?: string): JsonObject =>
  joined(properties, namedIn(properties, campaign), (type, id) => (type === 'product' ? known.get(id) : undefined));

describe('what an event knows of the objects it names', () => {
  it('is what the catalogue says, before what the event says', () => {
    expect(join({ product_id: 'c1', category: 'cream', brand: '花漾' })).toEqual({
      product_id: 'c1',
      category: 'cream',
      brand: '花漾',
      $product: { name: '面霜', category: '护肤', price: 320, brand: '花漾', tags: ['抗老', '热销'] },
    });
  });

  it('is what the event says where the catalogue knows nothing', () => {
    expect(join({ sku: 7, category: 'cream' })['$product']).toEqual({ category: 'cream' });
  });

  it('is a list for each fact where several are named, a line each', () => {
    const products: JsonObject[] = [{ product_id: 'c1' }, { product_id: 'l1', price: 99 }, { product_id: 'c1' }];
    expect(join({ products })['$product']).toEqual({
      name: ['面霜', '口红', '面霜'],
      category: ['护肤', '彩妆', '护肤'],
      price: [320, 99, 320],
      tags: ['抗老', '热销', '热销', '抗老', '热销'],
    });
  });

  it('is nothing that a client made up', () => {
    expect(join({ $product: { category: 'forged' }, $channel: 1, plan: 'a' })).toEqual({ plan: 'a' });
  });

  it('takes no account of lines and ids that are none', () => {
    expect(join({ products: [null, 3, {}, { product_id: '' }, { sku: 'x'.repeat(129) }] })).toEqual({
      products: [null, 3, {}, { product_id: '' }, { sku: 'x'.repeat(129) }],
    });
  });

  it('finds a channel by its property, or else by the source of the campaign', () => {
    expect(namedIn({ channel: 'douyin' }, 'baidu').get('channel')).toEqual([{ id: 'douyin', said: {} }]);
    expect(namedIn({}, 'baidu').get('channel')).toEqual([{ id: 'baidu', said: {} }]);
    expect(namedIn({ content_id: 'a' }, undefined).has('channel')).toBe(false);
  });
});
