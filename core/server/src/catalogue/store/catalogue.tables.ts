import { creating, type TableSpec } from '../../database/table-spec.js';

/** Products, contents and channels, and what the enterprise says of them. */
export const CATALOGUE_OBJECT: TableSpec = {
  name: 'catalogue_object',
  columns: {
    type: { kind: { text: 16 }, isKey: true },
    id: { kind: { text: 128 }, isKey: true },
    name: { kind: { text: 255 }, isIndexed: true },
    /** Facts and tags, as JSON. */
    doc: { kind: 'long' },
    updated_at: { kind: 'instant' },
  },
};

export const CATALOGUE_TABLES = [CATALOGUE_OBJECT];
export const CatalogueCreate = creating('CatalogueCreate1764000000330', CATALOGUE_TABLES);
