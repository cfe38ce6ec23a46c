import { creating, type TableSpec } from '../../database/table-spec.js';

/** Options that an operator set; they lie over those of the configuration file. Secrets are encrypted. */
export const PLUGIN_OPTIONS: TableSpec = {
  name: 'plugin_options',
  columns: {
    plugin: { kind: { text: 64 }, isKey: true },
    options: { kind: 'long' },
    secrets: { kind: 'long' },
    updated_at: { kind: 'instant' },
  },
};

export const MODEL_RUN: TableSpec = {
  name: 'model_run',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    model: { kind: { text: 128 }, isIndexed: true },
    status: { kind: { text: 16 } },
    started_at: { kind: 'instant' },
    finished_at: { kind: 'instant', isNullable: true },
    profiles: { kind: 'number' },
    changed: { kind: 'number' },
    metrics: { kind: 'long' },
    error: { kind: { text: 255 }, isNullable: true },
  },
};

export const HOST_TABLES = [PLUGIN_OPTIONS, MODEL_RUN];
export const HostCreate = creating('HostCreate1764000000290', HOST_TABLES);
