import { creating, type TableSpec } from '../../database/table-spec.js';

/** Groups (stores, companies, families) of the workspace by the ids that clients give them, whichever source spoke of them. */
export const CUSTOMER_GROUP: TableSpec = {
  name: 'customer_group',
  columns: {
    id: { kind: { text: 255 }, isKey: true },
    first_seen_at: { kind: 'instant' },
    last_seen_at: { kind: 'instant', isIndexed: true },
    traits: { kind: 'long' },
  },
};

export const GroupCreate = creating('GroupCreate1764000002028', [CUSTOMER_GROUP]);
