import { creating, type TableSpec } from '../../database/table-spec.js';

/** Definitions in force and those before them; the document is the definition as the contract has it. */
export const TAG_DEFINITION: TableSpec = {
  name: 'tag_definition',
  columns: {
    key: { kind: { text: 128 }, isKey: true },
    version: { kind: 'number', isKey: true },
    is_current: { kind: 'flag', isIndexed: true },
    doc: { kind: 'long' },
    created_at: { kind: 'instant' },
  },
};

export const TagCreate = creating('TagCreate1764000000230', [TAG_DEFINITION]);
