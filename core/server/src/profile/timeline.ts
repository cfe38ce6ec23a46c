import type { Json, TimelineItem, TransitionReason } from '@perennial/contract';
import type { Definitions } from '../fold/definitions.js';
import { COUNTS, type Warehouse } from '../warehouse/index.js';

export const TIMELINE_KINDS = ['event', 'move', 'tag', 'delivery'] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

interface Row {
  kind: TimelineKind;
  at: number;
  seq: number;
  /** Columns that differ by kind, as texts. */
  a: string;
  b: string;
  c: string;
  d: string;
  e: string;
}

const SELECTS: Record<TimelineKind, string> = {
  event:
    "SELECT 'event' AS kind, at, seq, event_id AS a, source_id AS b, type AS c, name AS d, properties AS e FROM events",
  move: "SELECT 'move' AS kind, at, seq, lifecycle AS a, from_stage AS b, to_stage AS c, reason AS d, '' AS e FROM moves",
  tag: "SELECT 'tag' AS kind, at, seq, tag AS a, previous AS b, value AS c, evidence AS d, '' AS e FROM tag_changes",
  delivery:
    "SELECT 'delivery' AS kind, at, seq, delivery_id AS a, destination AS b, status AS c, detail AS d, '' AS e FROM deliveries",
};

/** What happened under a person's numbers and because of it, newest first, before `[at, seq]`: a read by primary key. */
export async function readTimeline(
  warehouse: Warehouse,
  definitions: Definitions,
  {
    numbers,
    kinds,
    limit,
    before,
  }: { numbers: number[]; kinds: TimelineKind[]; limit: number; before: [number, number] | undefined },
): Promise<{ item: TimelineItem; cursor: [number, number] }[]> {
  const [at, seq] = before ?? [Number.MAX_SAFE_INTEGER / 1024, 0];
  const test = `WHERE profile IN {numbers:Array(UInt32)} AND ${COUNTS} AND (toUnixTimestamp64Milli(at), seq) < ({at:Int64}, {seq:UInt64})`;
  const parts = kinds.map((kind) => `${SELECTS[kind]} ${test} ORDER BY at DESC, seq DESC LIMIT {limit:UInt32}`);
  const sql = `SELECT kind, toUnixTimestamp64Milli(at) AS at, seq, a, b, c, d, e FROM (${parts.map((part) => `SELECT * FROM (${part})`).join(' UNION ALL ')})
    ORDER BY at DESC, seq DESC, kind LIMIT {limit:UInt32}`;
  const rows = await warehouse.rows<Row>(sql, { numbers, at: Math.floor(at), seq, limit });
  return rows.map((row) => ({ item: itemOf(row, definitions), cursor: [row.at, row.seq] }));
}

function itemOf({ kind, at, a, b, c, d, e }: Row, definitions: Definitions): TimelineItem {
  switch (kind) {
    case 'event':
      return { kind, at, eventId: a, sourceId: b, type: c, name: d, properties: JSON.parse(e) as Json };
    case 'move':
      return { kind, at, lifecycle: a, ...(b && { from: b }), to: c, reason: JSON.parse(d) as TransitionReason };
    case 'tag': {
      const title = definitions.tagList().find(({ key }) => key === a)?.title ?? { zh: a, en: a };
      return { kind, at, tag: a, title, from: JSON.parse(b) as Json, to: JSON.parse(c) as Json, evidence: d };
    }
    case 'delivery':
      return { kind, at, deliveryId: a, destination: b, status: c };
  }
}
