import type { Warehouse } from '../../warehouse/index.js';

const HISTORY = ['events', 'tag_changes', 'transitions', 'deliveries'] as const;
/** Their revisions are arrival numbers. */
const BY_REVISION = ['aliases', 'voided'] as const;

const WITHIN = 'seq >= {from:UInt64} AND seq <= {to:UInt64}';

/**
 * Takes rows of arrival numbers out of history and keeps them beside it, as JSON. Each step may run again: what is kept is
 * not kept twice, and what is gone is gone.
 */
export async function setAside(warehouse: Warehouse, range: { from: number; to: number }): Promise<void> {
  const params = { from: range.from, to: range.to };
  for (const table of HISTORY) {
    await warehouse.command(
      `INSERT INTO set_aside SELECT {from:UInt64}, '${table}', seq, ${table === 'events' ? 'source_id, event_id' : "'', ''"},
         formatRowNoNewline('JSONEachRow', *)
       FROM ${table} WHERE ${WITHIN}
         AND seq NOT IN (SELECT seq FROM set_aside WHERE range = {from:UInt64} AND kind = '${table}')`,
      params,
    );
    await warehouse.command(`ALTER TABLE ${table} DELETE WHERE ${WITHIN} SETTINGS mutations_sync = 1`, params);
  }
  for (const table of BY_REVISION)
    await warehouse.command(
      `ALTER TABLE ${table} DELETE WHERE revision >= {from:UInt64} AND revision <= {to:UInt64} SETTINGS mutations_sync = 1`,
      params,
    );
}

export interface Return {
  /** Events that were set aside, and how many of them have not come again. */
  events: number;
  missing: number;
  /** When the first and the last of the missing were received; undefined when none is. */
  received: { from: string; to: string } | undefined;
}

/** How many of the events that were set aside have come again from the collectors. */
export async function returned(warehouse: Warehouse, range: { from: number; to: number }): Promise<Return> {
  const missing = `(source_id, event_id) NOT IN (SELECT source_id, event_id FROM events WHERE seq > {to:UInt64})`;
  const [row] = await warehouse.rows<{ events: number; missing: number; first: string; last: string }>(
    `SELECT uniqExact(source_id, event_id) AS events, uniqExactIf((source_id, event_id), ${missing}) AS missing,
       minIf(JSONExtractString(row, 'received_at'), ${missing}) AS first, maxIf(JSONExtractString(row, 'received_at'), ${missing}) AS last
     FROM set_aside WHERE range = {from:UInt64} AND kind = 'events'`,
    { from: range.from, to: range.to },
  );
  const { events, first, last } = row!;
  return { events, missing: row!.missing, received: row!.missing > 0 ? { from: first, to: last } : undefined };
}

export async function forgetAside(warehouse: Warehouse, from: number): Promise<void> {
  await warehouse.command('ALTER TABLE set_aside DELETE WHERE range = {from:UInt64} SETTINGS mutations_sync = 1', {
    from,
  });
}
