import { creating, type TableSpec } from '../../database/table-spec.js';

/** Hooks that are committed and not yet heard by every handler. */
export const OUTBOX_HOOK: TableSpec = {
  name: 'outbox_hook',
  columns: {
    id: { kind: 'number', isKey: true, isGenerated: true },
    name: { kind: { text: 64 } },
    handler: { kind: { text: 128 } },
    payload: { kind: 'long' },
    attempts: { kind: 'number' },
    next_at: { kind: 'instant', isIndexed: true },
    error: { kind: { text: 255 }, isNullable: true },
  },
};

export const OUTBOX_TABLES = [OUTBOX_HOOK];
export const OutboxCreate = creating('OutboxCreate1764000000250', OUTBOX_TABLES);
