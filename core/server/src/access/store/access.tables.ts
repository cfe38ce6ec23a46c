import { creating, type TableSpec } from '../../database/table-spec.js';

export const USER: TableSpec = {
  name: 'operator',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    name: { kind: { text: 64 }, isIndexed: true },
    role: { kind: { text: 16 } },
    password: { kind: { text: 255 } },
    must_change: { kind: 'flag' },
    created_at: { kind: 'instant' },
    last_seen_at: { kind: 'instant', isNullable: true },
  },
};

/** `id` is the SHA-256 of the cookie. */
export const SESSION: TableSpec = {
  name: 'operator_session',
  columns: {
    id: { kind: { text: 64 }, isKey: true },
    user_id: { kind: { text: 36 }, isIndexed: true },
    csrf: { kind: { text: 64 } },
    created_at: { kind: 'instant' },
    seen_at: { kind: 'instant' },
  },
};

/** `hash` is the SHA-256 of the token. */
export const TOKEN: TableSpec = {
  name: 'api_token',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    hash: { kind: { text: 64 }, isIndexed: true },
    title: { kind: { text: 255 } },
    role: { kind: { text: 16 } },
    created_at: { kind: 'instant' },
    last_used_at: { kind: 'instant', isNullable: true },
  },
};

/** Who did what to which thing; never the values. */
export const AUDIT: TableSpec = {
  name: 'audit',
  columns: {
    id: { kind: 'number', isKey: true, isGenerated: true },
    at: { kind: 'instant' },
    user: { kind: { text: 64 } },
    action: { kind: { text: 64 } },
    target: { kind: { text: 255 } },
  },
};

export const ACCESS_TABLES = [USER, SESSION, TOKEN, AUDIT];
export const AccessCreate = creating('AccessCreate1764000000280', ACCESS_TABLES);
