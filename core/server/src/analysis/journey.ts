import type { Journey } from '@perennial/contract';
import { COUNTS, type Warehouse } from '../warehouse/index.js';

const ORDERS = ['Order Completed', 'Product Purchased', 'Treatment Completed'];
const MOST = 2_000;

/** A person's way since `from` under all numbers that she ever had: reads by primary key. */
export async function readJourney(
  warehouse: Warehouse,
  numbers: number[],
  from: number,
  zone: string,
): Promise<Journey> {
  const params = { numbers, from, zone, orders: ORDERS };
  // `at` alone would be the alias of the SELECT.
  const hers = (table: string) =>
    `profile IN {numbers:Array(UInt32)} AND ${COUNTS} AND ${table}.at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`;
  const ask = <T extends object>(sql: string) => warehouse.rows<T>(`${sql} LIMIT ${MOST}`, params);
  const at = 'toUnixTimestamp64Milli(at) AS at';
  return {
    touches: await ask(
      `SELECT toString(toDate(events.at, {zone:String})) AS day,
         multiIf(JSONExtractString(properties, '$channel', 'name') != '', JSONExtractString(properties, '$channel', 'name'),
           JSONExtractString(properties, 'channel') != '', JSONExtractString(properties, 'channel'), source_id) AS channel,
         count() AS events, topK(3)(name) AS names
       FROM events WHERE ${hers('events')} GROUP BY day, channel ORDER BY day, channel`,
    ),
    moves: await ask(
      `SELECT ${at}, lifecycle, from_stage AS from, to_stage AS to FROM moves WHERE ${hers('moves')} ORDER BY at, seq`,
    ),
    orders: (
      await ask<{ at: number; name: string; amount: number | null }>(
        `SELECT ${at}, name, JSONExtract(properties, 'total', 'Nullable(Float64)') AS amount FROM events
         WHERE has({orders:Array(String)}, name) AND ${hers('events')} ORDER BY at, seq`,
      )
    ).map(({ amount, ...order }) => ({ ...order, ...(amount !== null && { amount }) })),
    deliveries: await ask(
      `SELECT ${at}, destination, status FROM deliveries WHERE ${hers('deliveries')} ORDER BY at, seq`,
    ),
  };
}

/** Sources and destinations are kept by their ids; operators know them by their titles. */
export function withTitles(journey: Journey, titles: ReadonlyMap<string, string>): Journey {
  const titled = (id: string) => titles.get(id) ?? id;
  return {
    ...journey,
    touches: journey.touches.map((touch) => ({ ...touch, channel: titled(touch.channel) })),
    deliveries: journey.deliveries.map((one) => ({ ...one, destination: titled(one.destination) })),
  };
}
