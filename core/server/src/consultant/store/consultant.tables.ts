import { creating, type TableSpec } from '../../database/table-spec.js';

export const CONSULTANT_TABLE: TableSpec = {
  name: 'consultant',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    name: { kind: { text: 64 } },
    shop: { kind: { text: 64 } },
    capacity: { kind: 'number' },
    is_on_duty: { kind: 'flag' },
    /** JSON. */
    hours: { kind: { text: 255 }, isNullable: true },
    user_id: { kind: { text: 36 }, isNullable: true },
    created_at: { kind: 'instant' },
    /** Whoever is gone keeps the name in what was done. */
    removed_at: { kind: 'instant', isNullable: true },
  },
};

export const ASSIGNMENT_RULE: TableSpec = {
  name: 'assignment_rule',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    title: { kind: { text: 255 } },
    /** JSON: cause, when, strategy and the rest. */
    doc: { kind: 'long' },
    is_enabled: { kind: 'flag' },
    created_at: { kind: 'instant' },
    removed_at: { kind: 'instant', isNullable: true },
  },
};

export const ASSIGNMENT: TableSpec = {
  name: 'assignment',
  columns: {
    /** From the room's counter, so that the order is that of the commits. */
    id: { kind: 'number', isKey: true },
    rule_id: { kind: { text: 36 } },
    profile_id: { kind: 'number', isIndexed: true },
    /** The profile's number when it was made: it says whose it is after merges and splits. */
    origin_id: { kind: 'number' },
    status: { kind: { text: 16 } },
    shop: { kind: { text: 64 } },
    /** While it waits: rule and shop. All of a lane may be given to the same people. */
    lane: { kind: { text: 101 }, isNullable: true, isIndexed: true },
    consultant_id: { kind: { text: 36 }, isNullable: true },
    /** The consultant while it counts to her load, so that the load is read from this index alone. */
    holder: { kind: { text: 36 }, isNullable: true, isIndexed: true },
    hops: { kind: 'number' },
    /** JSON. */
    cause: { kind: 'long' },
    created_at: { kind: 'instant' },
    given_at: { kind: 'instant', isNullable: true },
    due_at: { kind: 'instant', isNullable: true },
    /** `due_at` until it has been dealt with. */
    wake_at: { kind: 'instant', isNullable: true, isIndexed: true },
    escalated_at: { kind: 'instant', isNullable: true },
    contacted_at: { kind: 'instant', isNullable: true },
    /** The place in the queue of what is not closed. */
    sort_at: { kind: 'instant', isNullable: true, isIndexed: true },
    closed_at: { kind: 'instant', isNullable: true, isIndexed: true },
    result: { kind: { text: 16 }, isNullable: true },
    note: { kind: { text: 1000 }, isNullable: true },
    /** JSON number. */
    amount: { kind: { text: 32 }, isNullable: true },
  },
};

export const ASSIGNMENT_ACT: TableSpec = {
  name: 'assignment_act',
  columns: {
    id: { kind: 'number', isKey: true, isGenerated: true },
    assignment_id: { kind: 'number', isIndexed: true },
    at: { kind: 'instant' },
    kind: { kind: { text: 16 } },
    done_by: { kind: { text: 64 } },
    from_id: { kind: { text: 36 }, isNullable: true },
    to_id: { kind: { text: 36 }, isNullable: true },
    reason: { kind: { text: 255 }, isNullable: true },
  },
};

/** Whose turn it was last, by rule: what makes round robin fair over restarts and processes. */
export const ASSIGNMENT_TURN: TableSpec = {
  name: 'assignment_turn',
  columns: {
    rule_id: { kind: { text: 36 }, isKey: true },
    consultant_id: { kind: { text: 36 }, isKey: true },
    turn: { kind: 'instant' },
  },
};

export const CONSULTANT_TABLES = [CONSULTANT_TABLE, ASSIGNMENT_RULE, ASSIGNMENT, ASSIGNMENT_ACT, ASSIGNMENT_TURN];
export const ConsultantCreate = creating('ConsultantCreate1764000001500', CONSULTANT_TABLES);
