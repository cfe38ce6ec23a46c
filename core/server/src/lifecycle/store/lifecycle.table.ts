import { adding, creating, grown, type TableSpec } from '../../database/table-spec.js';

const FIRST: TableSpec = {
  name: 'lifecycle_definition',
  columns: {
    key: { kind: { text: 128 }, isKey: true },
    version: { kind: 'number', isKey: true },
    is_current: { kind: 'flag', isIndexed: true },
    doc: { kind: 'long' },
    created_at: { kind: 'instant' },
  },
};

const MORE: TableSpec['columns'] = {
  /** Until when the version goes on as a shadow, so that going back to it is exact; null for one that does not. */
  kept_until: { kind: 'instant', isNullable: true },
  /** The earlier version that this one restores with the places of its shadow. */
  restores: { kind: 'number', isNullable: true },
};

/** Definitions in force and those before them; the document is the definition as the contract has it. */
export const LIFECYCLE_DEFINITION: TableSpec = grown(FIRST, MORE);

export const LifecycleCreate = creating('LifecycleCreate1764000000240', [FIRST]);
export const LifecycleKept = adding('LifecycleKept1764000003900', FIRST.name, MORE);
