import { creating, type TableSpec } from '../../database/table-spec.js';

/** One row per profile that ever was; a merged one has no document and leads to the living one. */
export const PROFILE: TableSpec = {
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

export const ProfileCreate = creating('ProfileCreate1764000000200', [PROFILE]);
