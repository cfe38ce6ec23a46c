import { creating, type TableSpec } from '../database/table-spec.js';

/** The platform's time when it last ran, so that a start can tell a stop from a wrong clock. One row. */
export const SERVER_TIME: TableSpec = {
  name: 'server_time',
  columns: {
    name: { kind: { text: 16 }, isKey: true },
    at: { kind: 'instant' },
  },
};

/** Jumps of a server's clock that somebody agreed to: from which instant to which. */
export const CLOCK_JUMP: TableSpec = {
  name: 'clock_jump',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    expected: { kind: 'instant' },
    wall: { kind: 'instant', isIndexed: true },
    agreed_by: { kind: { text: 64 } },
  },
};

export const CLOCK_TABLES = [SERVER_TIME, CLOCK_JUMP];
export const ClockCreate = creating('ClockCreate1764000001129', CLOCK_TABLES);
