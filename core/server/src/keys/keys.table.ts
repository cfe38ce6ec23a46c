import { creating, type TableSpec } from '../database/table-spec.js';

/** Which keys this record belongs to: a hash of a known text, so that other keys are refused, and how far it is resealed. */
export const KEY_STATE: TableSpec = {
  name: 'key_state',
  columns: {
    name: { kind: { text: 16 }, isKey: true },
    value: { kind: { text: 64 } },
  },
};

export const KeyStateCreate = creating('KeyStateCreate1764000001020', [KEY_STATE]);
