import { creating, type TableSpec } from '../../database/table-spec.js';

/** Who published which version of a lifecycle, and why. */
export const LIFECYCLE_RELEASE: TableSpec = {
  name: 'lifecycle_release',
  columns: {
    key: { kind: { text: 128 }, isKey: true },
    version: { kind: 'number', isKey: true },
    at: { kind: 'instant' },
    done_by: { kind: { text: 128 } },
    note: { kind: { text: 255 } },
  },
};

export const STAGING_TABLES = [LIFECYCLE_RELEASE];
export const StagingCreate = creating('StagingCreate1764000000340', STAGING_TABLES);
