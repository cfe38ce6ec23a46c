import { QUARANTINE } from '../../quarantine/quarantine.table.js';
import { creating, type TableSpec } from '../../database/table-spec.js';

/** How far each log is applied; written in the transaction that applies it. */
export const LOG_POSITION: TableSpec = {
  name: 'log_position',
  columns: {
    log_id: { kind: { text: 128 }, isKey: true },
    position: { kind: 'instant' },
  },
};

/** Messages that were applied, for as long as clients may repeat them. */
export const SEEN_MESSAGE: TableSpec = {
  name: 'seen_message',
  columns: {
    id: { kind: { text: 22 }, isKey: true },
    day: { kind: 'number', isIndexed: true },
  },
};

/** Numbers that the application gives out: profile ids, arrival numbers. */
export const COUNTER: TableSpec = {
  name: 'counter',
  columns: {
    name: { kind: { text: 32 }, isKey: true },
    next: { kind: 'instant' },
  },
};

export const INGEST_TABLES = [LOG_POSITION, SEEN_MESSAGE, COUNTER, QUARANTINE];
export const IngestCreate = creating('IngestCreate1764000000220', INGEST_TABLES);
