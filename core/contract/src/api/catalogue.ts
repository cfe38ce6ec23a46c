import type { JsonScalar } from '../json.js';

export const OBJECT_TYPES = ['product', 'content', 'channel'] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

/**
 * An object of the catalogue. Its facts and tags stand in each event that names it (`product_id`, `sku` or the lines of
 * `products`; `content_id`; `channel` or the campaign's source), as they were when the event was applied:
 * `$product.category`, `$product.tags`. Where an event names several, each fact is a list.
 *
 * `GET /api/v1/objects/:type?q=&cursor=&limit=` -> Page<CatalogueObject>; `GET /api/v1/objects/:type/:id`;
 * `PUT /api/v1/objects/:type {objects: CatalogueObject[]}` (at most 1,000; replaces those of the same id) -> {saved};
 * `POST /api/v1/objects/:type/csv` (multipart `file`; first column `id`, then facts; `tags` split by `|`) -> CatalogueImport;
 * `DELETE /api/v1/objects/:type/:id`.
 */
export interface CatalogueObject {
  id: string;
  name: string;
  /** `category`, `brand`, `price`, ...; at most 50. */
  facts: Record<string, JsonScalar>;
  tags: string[];
  updatedAt?: number;
}

export interface CatalogueImport {
  saved: number;
  refused: { line: number; message: string }[];
}
