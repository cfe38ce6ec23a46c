import { adding, creating, grown, type TableSpec } from '../../database/table-spec.js';

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
const SESSION: TableSpec = {
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
const TOKEN: TableSpec = {
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
const AUDIT: TableSpec = {
  name: 'audit',
  columns: {
    id: { kind: 'number', isKey: true, isGenerated: true },
    at: { kind: 'instant' },
    user: { kind: { text: 64 } },
    action: { kind: { text: 64 } },
    target: { kind: { text: 255 } },
  },
};

/** Failed sign-ins; `id` is a hash of what is counted, so names and addresses are not kept here. */
const ATTEMPT: TableSpec = {
  name: 'sign_in_attempt',
  columns: {
    id: { kind: { text: 64 }, isKey: true },
    failures: { kind: 'number' },
    last_at: { kind: 'instant', isIndexed: true },
  },
};

/** Browsers in which somebody has signed in before; `id` is the SHA-256 of the cookie. */
const DEVICE: TableSpec = {
  name: 'known_device',
  columns: {
    id: { kind: { text: 64 }, isKey: true },
    user_id: { kind: { text: 36 }, isIndexed: true },
    seen_at: { kind: 'instant', isIndexed: true },
  },
};

/** Look-ups that found nobody, of one principal in one hour; `id` is a hash of both. */
const LOOKUPS: TableSpec = {
  name: 'lookup_budget',
  columns: {
    id: { kind: { text: 64 }, isKey: true },
    starts_at: { kind: 'instant', isIndexed: true },
    misses: { kind: 'number' },
  },
};

const OF_SESSION: TableSpec['columns'] = {
  address: { kind: { text: 45 }, isNullable: true },
  agent: { kind: { text: 255 }, isNullable: true },
};
const OF_TOKEN: TableSpec['columns'] = {
  maker: { kind: { text: 36 }, isNullable: true },
  scopes: { kind: { text: 255 }, isNullable: true },
  expires_at: { kind: 'instant', isNullable: true },
};
const OF_AUDIT: TableSpec['columns'] = {
  act: { kind: { text: 36 }, isNullable: true, isIndexed: true },
  address: { kind: { text: 45 }, isNullable: true },
  outcome: { kind: { text: 64 }, isNullable: true },
};

export const TOKENS = grown(TOKEN, OF_TOKEN);
export const AUDIT_TRAIL = grown(AUDIT, OF_AUDIT);

export const ACCESS_TABLES = [USER, grown(SESSION, OF_SESSION), TOKENS, AUDIT_TRAIL, ATTEMPT, DEVICE, LOOKUPS];
export const ACCESS_MIGRATIONS = [
  creating('AccessCreate1764000000280', [USER, SESSION, TOKEN, AUDIT]),
  adding('AccessSessionPlaces1764000000481', SESSION.name, OF_SESSION),
  adding('AccessTokenMakers1764000000482', TOKEN.name, OF_TOKEN),
  adding('AccessAuditOutcomes1764000000483', AUDIT.name, OF_AUDIT),
  creating('AccessAttempts1764000000484', [ATTEMPT, DEVICE]),
  creating('AccessLookups1764000000700', [LOOKUPS]),
];
