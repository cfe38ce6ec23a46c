import { creating, type TableSpec } from '../../database/table-spec.js';

/** An identifier and whose it is. The value itself lies here only encrypted (`sealed`) and masked (`shown`). */
export const IDENTIFIER: TableSpec = {
  name: 'identifier',
  columns: {
    hash: { kind: { text: 27 }, isKey: true },
    kind: { kind: { text: 64 } },
    namespace: { kind: { text: 255 } },
    profile_id: { kind: 'number', isIndexed: true },
    shown: { kind: { text: 255 } },
    sealed: { kind: 'long' },
    first_seen_at: { kind: 'instant' },
    source_id: { kind: { text: 64 } },
    event_id: { kind: { text: 255 } },
    rule: { kind: { text: 32 } },
  },
};

/** Law 1: what joined two identifiers. */
export const IDENTITY_LINK: TableSpec = {
  name: 'identity_link',
  columns: {
    a: { kind: { text: 27 }, isKey: true },
    b: { kind: { text: 27 }, isKey: true },
    source_id: { kind: { text: 64 } },
    event_id: { kind: { text: 255 } },
    rule: { kind: { text: 32 } },
    at: { kind: 'instant' },
  },
};

export const PROFILE_MERGE: TableSpec = {
  name: 'profile_merge',
  columns: {
    dropped: { kind: 'number', isKey: true },
    kept: { kind: 'number', isIndexed: true },
    identifier: { kind: { text: 27 } },
    source_id: { kind: { text: 64 } },
    event_id: { kind: { text: 255 } },
    at: { kind: 'instant' },
  },
};

/** Law 3: a merge that a limit forbade, for a person or a rule to settle. */
export const IDENTITY_CONFLICT: TableSpec = {
  name: 'identity_conflict',
  columns: {
    id: { kind: { text: 64 }, isKey: true },
    identifier: { kind: { text: 27 } },
    limit_kind: { kind: { text: 64 } },
    profile_id: { kind: 'number', isIndexed: true },
    other_id: { kind: 'number' },
    source_id: { kind: { text: 64 } },
    event_id: { kind: { text: 255 } },
    at: { kind: 'instant' },
  },
};

export const IDENTITY_TABLES = [IDENTIFIER, IDENTITY_LINK, PROFILE_MERGE, IDENTITY_CONFLICT];
export const IdentityCreate = creating('IdentityCreate1764000000210', IDENTITY_TABLES);
