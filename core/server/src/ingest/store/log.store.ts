import type { EntityManager } from 'typeorm';
import { insertRows, selectIn, upsertRows } from '../../database/index.js';
import { messageKey } from '../rules/message-key.js';
import type { IngestEvent, LogMark } from '../rules/event.js';

/** Up to where a log is applied; 0 for one never seen. */
export async function positionOf(manager: EntityManager, logId: string): Promise<number> {
  const [row] = await manager.query<{ position: number }[]>('SELECT position FROM log_position WHERE log_id = ?', [
    logId,
  ]);
  return row ? row.position : 0;
}

export const savePositions = (manager: EntityManager, marks: LogMark[]): Promise<void> =>
  upsertRows(
    manager,
    'log_position',
    ['log_id'],
    ['log_id', 'position'],
    marks.map(({ logId, to }) => [logId, to]),
  );

/** The events whose message was not applied before, each message once, with the keys to remember them by. */
export async function unseen(manager: EntityManager, events: IngestEvent[]): Promise<Map<string, IngestEvent>> {
  const byKey = new Map<string, IngestEvent>();
  for (const event of events) {
    const key = messageKey(event.sourceId, event.eventId);
    if (!byKey.has(key)) byKey.set(key, event);
  }
  const seen = await selectIn<{ id: string }>(manager, {
    table: 'seen_message',
    columns: ['id'],
    where: 'id',
    values: [...byKey.keys()],
  });
  for (const { id } of seen) byKey.delete(id);
  return byKey;
}

export const remember = (manager: EntityManager, keys: Iterable<string>, day: number): Promise<void> =>
  insertRows(
    manager,
    'seen_message',
    ['id', 'day'],
    [...keys].map((key) => [key, day]),
  );
