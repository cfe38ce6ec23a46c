import { creating, type TableSpec } from '../../database/table-spec.js';

/** Who published which version of a tag, and why. */
export const TAG_RELEASE: TableSpec = {
  name: 'tag_release',
  columns: {
    key: { kind: { text: 128 }, isKey: true },
    version: { kind: 'number', isKey: true },
    at: { kind: 'instant' },
    done_by: { kind: { text: 128 } },
    note: { kind: { text: 255 } },
  },
};

/** Definitions on their way to everybody; a run that was cut off goes on at `position`. */
export const TAG_RUN: TableSpec = {
  name: 'tag_run',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    status: { kind: { text: 16 }, isIndexed: true },
    started_at: { kind: 'instant', isIndexed: true },
    finished_at: { kind: 'instant', isNullable: true },
    done_by: { kind: { text: 128 } },
    /** What is to be done, as JSON; see `Task`. */
    task: { kind: 'long' },
    /** Number of the last profile that is done. */
    position: { kind: 'number' },
    done: { kind: 'number' },
    total: { kind: 'number' },
    changed: { kind: 'number' },
    ms: { kind: 'number' },
    error: { kind: { text: 255 }, isNullable: true },
  },
};

/** When something last read a tag, to the day. */
export const TAG_USE: TableSpec = {
  name: 'tag_use',
  columns: {
    key: { kind: { text: 128 }, isKey: true },
    used_at: { kind: 'instant' },
  },
};

export const TAGGING_TABLES = [TAG_RELEASE, TAG_RUN, TAG_USE];
export const TaggingCreate = creating('TaggingCreate1764000000310', TAGGING_TABLES);
