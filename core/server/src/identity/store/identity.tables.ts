import { adding, creating, grown, type TableSpec } from '../../database/table-spec.js';

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

const IDENTIFIER_MORE: TableSpec['columns'] = {
  /** Epoch ms of the last sight, for kinds with a lifetime; see `rules/lifetime.ts`. */
  seen_at: { kind: 'instant', isNullable: true },
};
const LINK_MORE: TableSpec['columns'] = {
  /** joined, switched, refused; null for links of the first version, which were all joined. */
  outcome: { kind: { text: 16 }, isNullable: true },
  /** Arrival number at which it was learned: how far whoever looks for hubs has come. */
  learned: { kind: 'instant', isNullable: true, isIndexed: true },
};
const CONFLICT_MORE: TableSpec['columns'] = {
  /** The identifier beside which it stood. */
  partner: { kind: { text: 27 }, isNullable: true },
  /** Null while it waits for somebody. */
  settled_at: { kind: 'instant', isNullable: true, isIndexed: true },
  settlement: { kind: 'long', isNullable: true },
};

/** What people and rules said beside the events; see `rules/constraints.ts`. `b` is empty for a barred value. */
export const IDENTITY_CONSTRAINT: TableSpec = {
  name: 'identity_constraint',
  columns: {
    kind: { kind: { text: 16 }, isKey: true },
    a: { kind: { text: 27 }, isKey: true },
    b: { kind: { text: 27 }, isKey: true },
    act_id: { kind: { text: 36 } },
  },
};

/** Everything that was done to the graph by a person or a rule, and how to take it back. */
export const IDENTITY_ACT: TableSpec = {
  name: 'identity_act',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    kind: { kind: { text: 16 } },
    at: { kind: 'instant', isIndexed: true },
    done_by: { kind: { text: 128 } },
    doc: { kind: 'long' },
    undone_at: { kind: 'instant', isNullable: true },
  },
};
export const IDENTITY_ACT_PROFILE: TableSpec = {
  name: 'identity_act_profile',
  columns: {
    profile_id: { kind: 'number', isKey: true },
    act_id: { kind: { text: 36 }, isKey: true },
  },
};

/** Values that were met with several people, counted as links are learned; see `steward/hubs.ts`. */
export const IDENTITY_HUB: TableSpec = {
  name: 'identity_hub',
  columns: {
    hash: { kind: { text: 27 }, isKey: true },
    people: { kind: 'number', isIndexed: true },
    last_met_at: { kind: 'instant' },
  },
};

/** Law 7: versions of the rules; the highest is in force. */
export const IDENTITY_RULES: TableSpec = {
  name: 'identity_rules',
  columns: {
    version: { kind: 'number', isKey: true },
    doc: { kind: 'long' },
    at: { kind: 'instant' },
    done_by: { kind: { text: 128 } },
    note: { kind: { text: 255 } },
  },
};

/** Trials of rules over history, and the runs that apply them; durable, so that a restart goes on. */
export const IDENTITY_RUN: TableSpec = {
  name: 'identity_run',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    kind: { kind: { text: 16 } },
    status: { kind: { text: 16 } },
    at: { kind: 'instant', isIndexed: true },
    done_by: { kind: { text: 128 } },
    done: { kind: 'instant' },
    total: { kind: 'instant' },
    error: { kind: { text: 255 }, isNullable: true },
    rules: { kind: 'long' },
    result: { kind: 'long', isNullable: true },
  },
};

export const IDENTITY_TABLES = [
  grown(IDENTIFIER, IDENTIFIER_MORE),
  grown(IDENTITY_LINK, { ...LINK_MORE, b: { ...IDENTITY_LINK.columns['b']!, isIndexed: true } }),
  PROFILE_MERGE,
  grown(IDENTITY_CONFLICT, {
    ...CONFLICT_MORE,
    identifier: { ...IDENTITY_CONFLICT.columns['identifier']!, isIndexed: true },
  }),
  IDENTITY_CONSTRAINT,
  IDENTITY_ACT,
  IDENTITY_ACT_PROFILE,
  IDENTITY_HUB,
  IDENTITY_RULES,
  IDENTITY_RUN,
];

export const IDENTITY_MIGRATIONS = [
  creating('IdentityCreate1764000000210', [IDENTIFIER, IDENTITY_LINK, PROFILE_MERGE, IDENTITY_CONFLICT]),
  adding('IdentifierSeen1764000001000', 'identifier', IDENTIFIER_MORE),
  adding('LinkOutcome1764000001001', 'identity_link', LINK_MORE, ['b']),
  adding('ConflictSettled1764000001002', 'identity_conflict', CONFLICT_MORE, ['identifier']),
  creating('IdentityActs1764000001003', [
    IDENTITY_CONSTRAINT,
    IDENTITY_ACT,
    IDENTITY_ACT_PROFILE,
    IDENTITY_HUB,
    IDENTITY_RULES,
    IDENTITY_RUN,
  ]),
];
