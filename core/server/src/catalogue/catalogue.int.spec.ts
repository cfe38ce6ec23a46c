import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogueObject, JsonObject } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';

const object = (id: string, category: string, tags: string[] = []): CatalogueObject => ({
  id,
  name: `商品 ${id}`,
  facts: { category },
  tags,
});

describeStores('the catalogue', (open) =>
  describe('on a whole platform', () => {
    let test: TestPlatform;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
    }, 60_000);
    afterAll(() => test.close());

    let events = 0;
    const viewed = (userId: string, properties: JsonObject) => ({
      id: `e${events++}`,
      userId,
      at: test.clock.now,
      event: 'Product Viewed',
      properties,
    });
    const catalogue = () => test.platform.catalogue;
    const stored = async (): Promise<JsonObject[]> => {
      await test.platform.appender.drained();
      const sql = "SELECT properties FROM events WHERE name = 'Product Viewed' ORDER BY seq";
      const rows = await test.platform.warehouse.rows<{ properties: string }>(sql);
      return rows.map(({ properties }) => JSON.parse(properties) as JsonObject);
    };

    it('is part of the events that name its objects, as it was when they were applied', async () => {
      await catalogue().save('product', [object('p1', '护肤', ['抗老']), object('p2', '彩妆')]);
      await test.take(viewed('ann', { product_id: 'p1' }));
      await catalogue().save('product', [object('p1', '面部护肤')]);
      await test.take(viewed('ann', { product_id: 'p1' }), viewed('ann', { products: [{ sku: 'p1' }, { sku: 'p2' }] }));
      await catalogue().remove('product', 'p1');
      await test.take(viewed('ann', { product_id: 'p1', $product: 'made up' }));
      expect((await stored()).map((properties) => properties['$product'])).toEqual([
        { name: '商品 p1', category: '护肤', tags: ['抗老'] },
        { name: '商品 p1', category: '面部护肤' },
        { name: ['商品 p1', '商品 p2'], category: ['面部护肤', '彩妆'] },
        undefined,
      ]);
    }, 60_000);

    it('rolls up to people by definition', async () => {
      const profile = (await test.platform.profiles.search('ann'))[0]!.id;
      await test.platform.tagging.releases.publish(
        {
          key: 'liked_categories',
          title: { zh: '偏好品类', en: 'Liked categories' },
          category: 'product',
          valueType: 'scores',
          computation: {
            kind: 'aggregate',
            event: { names: ['Product Viewed'] },
            measure: 'scores',
            property: '$product.category',
          },
          scenario: { zh: '推荐', en: 'Recommend' },
          owner: 'li',
          onUnmatched: 'empty',
          version: 1,
        },
        0,
        { by: 'li', note: '' },
      );
      await test.platform.tagging.runs.idle();
      const { tags } = await test.platform.profiles.get(profile);
      expect(tags.find(({ key }) => key === 'liked_categories')?.value).toEqual({ 面部护肤: 2, 彩妆: 1, 护肤: 1 });
    }, 60_000);

    it('is found by part of an id or a name, page by page', async () => {
      await catalogue().save(
        'content',
        Array.from({ length: 25 }, (_, i) => object(`c${String(i).padStart(2, '0')}`, '种草')),
      );
      expect((await catalogue().list('content', '', '', 10)).map(({ id }) => id)).toHaveLength(11);
      expect((await catalogue().list('content', '', 'c22', 10)).map(({ id }) => id)).toEqual(['c23', 'c24']);
      expect((await catalogue().list('content', '商品 c0', '', 100)).length).toBe(10);
      expect(await catalogue().list('content', '%', '', 10)).toEqual([]);
      expect(await catalogue().get('content', 'c07')).toMatchObject({ name: '商品 c07', facts: { category: '种草' } });
    });

    it('comes as a table, of which lines that are no object are told', async () => {
      const file = Buffer.from('id,name,price\nd1,口红,99\n,没有编号,1\n');
      expect(await catalogue().import('product', file)).toMatchObject({ saved: 1, refused: [{ line: 3 }] });
      expect(await catalogue().get('product', 'd1')).toMatchObject({ facts: { price: 99 } });
    });

    it('refuses an object that is not right, and saves none beside it', async () => {
      const wrong = { ...object('w2', 'x'), facts: { 'a.b': 1 } };
      await expect(catalogue().save('channel', [object('w1', 'x'), wrong])).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        message: expect.stringContaining('objects.1'),
      });
      await expect(catalogue().get('channel', 'w1')).rejects.toMatchObject({ code: 'CATALOGUE_OBJECT_ABSENT' });
      await expect(catalogue().remove('channel', 'w1')).rejects.toMatchObject({ code: 'CATALOGUE_OBJECT_ABSENT' });
    });
  }),
);
