import { creating, type TableSpec } from '../../database/table-spec.js';

/** Audiences as they are now and as they were. */
export const AUDIENCE_DEFINITION: TableSpec = {
  name: 'audience_definition',
  columns: {
    key: { kind: { text: 128 }, isKey: true },
    version: { kind: 'number', isKey: true },
    is_current: { kind: 'flag', isIndexed: true },
    doc: { kind: 'long' },
    created_at: { kind: 'instant' },
    done_by: { kind: { text: 128 } },
  },
};

/** Audiences that are kept event by event, because something hears who enters and leaves. */
export const AUDIENCE_LIVE: TableSpec = {
  name: 'audience_live',
  columns: {
    key: { kind: { text: 128 }, isKey: true },
    /** Number of the first profile that was made afterwards. */
    below: { kind: 'number' },
  },
};

/** Each count of an audience; who belonged is in the warehouse under the same number. */
export const AUDIENCE_RUN: TableSpec = {
  name: 'audience_run',
  columns: {
    audience: { kind: { text: 128 }, isKey: true },
    run: { kind: 'instant', isKey: true },
    version: { kind: 'number' },
    people: { kind: 'number' },
    entered: { kind: 'number' },
    gone: { kind: 'number' },
    ms: { kind: 'number' },
    /** Whether those who entered and left were told of; a run that was cut off is told of again. */
    is_told: { kind: 'flag' },
  },
};

export const AUDIENCE_TABLES = [AUDIENCE_DEFINITION, AUDIENCE_LIVE, AUDIENCE_RUN];
export const AudienceCreate = creating('AudienceCreate1764000000320', AUDIENCE_TABLES);
