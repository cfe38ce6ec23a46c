import { creating, type TableSpec } from '../../database/table-spec.js';

export const DESTINATION: TableSpec = {
  name: 'destination',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    title: { kind: { text: 255 } },
    activation: { kind: { text: 128 } },
    /** JSON without secrets. */
    options: { kind: 'long' },
    /** JSON of the secret options, encrypted. */
    secrets: { kind: 'long' },
    is_enabled: { kind: 'flag' },
    created_at: { kind: 'instant' },
  },
};

export const TRIGGER: TableSpec = {
  name: 'trigger_rule',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    title: { kind: { text: 255 } },
    destination_id: { kind: { text: 36 } },
    /** JSON: cause, when, payload. */
    doc: { kind: 'long' },
    is_enabled: { kind: 'flag' },
    created_at: { kind: 'instant' },
  },
};

export const DELIVERY: TableSpec = {
  name: 'delivery',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    profile_id: { kind: 'number', isIndexed: true },
    destination_id: { kind: { text: 36 } },
    trigger_id: { kind: { text: 36 } },
    /** JSON: cause and payload. */
    doc: { kind: 'long' },
    status: { kind: { text: 16 }, isIndexed: true },
    attempts: { kind: 'number' },
    created_at: { kind: 'instant', isIndexed: true },
    next_at: { kind: 'instant', isIndexed: true },
    last_error: { kind: { text: 255 }, isNullable: true },
  },
};

export const ACTIVATION_TABLES = [DESTINATION, TRIGGER, DELIVERY];
export const ActivationCreate = creating('ActivationCreate1764000000260', ACTIVATION_TABLES);
