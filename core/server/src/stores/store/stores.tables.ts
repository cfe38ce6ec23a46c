import { creating, type TableSpec } from '../../database/table-spec.js';

/** Arrival numbers whose rows are no part of history: of a time after this copy of the record, or lost with the warehouse. */
export const STORE_RANGE: TableSpec = {
  name: 'store_range',
  columns: {
    from_seq: { kind: 'instant', isKey: true },
    to_seq: { kind: 'instant' },
    /** `voided` or `lost`. */
    kind: { kind: { text: 16 } },
    /** `open` while the warehouse is being put right, `told` until an operator accepts it, `closed`. */
    state: { kind: { text: 16 } },
    found_at: { kind: 'instant' },
  },
};

export const STORES_TABLES = [STORE_RANGE];
export const StoresCreate = creating('StoresCreate1764000001110', STORES_TABLES);
