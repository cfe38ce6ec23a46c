import { creating, type TableSpec } from '../../database/table-spec.js';

export const SOURCE: TableSpec = {
  name: 'source',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    title: { kind: { text: 255 } },
    kind: { kind: { text: 64 } },
    created_at: { kind: 'instant' },
  },
};

/** Only the SHA-256 of a key is kept; `hint` tells keys apart. */
export const WRITE_KEY: TableSpec = {
  name: 'write_key',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    source_id: { kind: { text: 36 }, isIndexed: true },
    hash: { kind: { text: 64 } },
    hint: { kind: { text: 16 } },
    created_at: { kind: 'instant' },
  },
};

export const SOURCE_TABLES = [SOURCE, WRITE_KEY];
export const SourceCreate = creating('SourceCreate1764000000270', SOURCE_TABLES);
