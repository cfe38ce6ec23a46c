import { adding, creating, grown, type TableSpec } from '../../database/table-spec.js';

/** One row per profile that ever was; a merged one has no document and leads to the living one. */
const FIRST: TableSpec = {
  name: 'profile',
  columns: {
    id: { kind: 'number', isKey: true },
    merged_into: { kind: 'number', isNullable: true, isIndexed: true },
    merged_at: { kind: 'instant', isNullable: true },
    last_seen_at: { kind: 'instant', isIndexed: true },
    due_at: { kind: 'instant', isNullable: true, isIndexed: true },
    doc: { kind: 'long', isNullable: true },
  },
};

const MORE: TableSpec['columns'] = {
  /** 1 for a number whose history was written anew under others: the id leads on, its rows no longer count. */
  is_void: { kind: 'flag', isNullable: true },
};

export const PROFILE = grown(FIRST, MORE);
export const PROFILE_MIGRATIONS = [
  creating('ProfileCreate1764000000200', [FIRST]),
  adding('ProfileVoid1764000001030', 'profile', MORE),
];
