import { ROW_REFUSED, type Refused } from '../../quarantine/quarantine.store.js';
import { mend } from './mend.js';
import type { WarehouseTable } from '../rows.js';

/** How the endpoint of such a record begins; the rest is the row's table. */
const ROW_ENDPOINT = 'warehouse:';

/** A row that the warehouse refused, as quarantine keeps it: the row itself, so that it can be queued again. */
export function culpritOf(table: WarehouseTable, line: string, reason: string): Refused {
  const { source_id: sourceId, received_at: receivedAt, at } = JSON.parse(line) as Partial<Record<string, unknown>>;
  const instant = [receivedAt, at].find((value) => Number.isSafeInteger(value)) as number | undefined;
  return {
    sourceId: typeof sourceId === 'string' ? sourceId : '',
    receivedAt: instant ?? Date.now(),
    endpoint: `${ROW_ENDPOINT}${table}`,
    code: ROW_REFUSED,
    message: `${table}: ${reason}`,
    body: line,
    place: `${table}:${line}`,
  };
}

/** The row of such a record as a batch that waits for the warehouse; an event counts as landed once it has. */
export function toPendingRow(endpoint: string, line: string) {
  const table = endpoint.slice(ROW_ENDPOINT.length);
  const { seq } = JSON.parse(line) as { seq?: number };
  const range = table === 'events' && Number.isSafeInteger(seq) ? [seq, 1] : [null, null];
  const payload = JSON.stringify({ [table]: `${mend(line)}\n` });
  return [payload, 1, Buffer.byteLength(payload), ...range];
}
