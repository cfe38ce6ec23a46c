/**
 * One row a person: days since the last purchase, purchases, money; one pass over the window. A day is 24 hours here,
 * counted back from `now`. Money is added as whole ten-thousandths, so that neither the order of the terms nor a binary
 * fraction shows: converting 6.5402 to a decimal directly gives 6.5401, as it does for one such number in fifteen. As
 * for tags, an amount that is no number, or beyond 64 bits, counts nothing.
 */
export const RFM_QUERY = `
SELECT profile,
  toInt32(intDiv({now:Int64} - toUnixTimestamp64Milli(maxIf(at, is_purchase)), 86400000)) AS recency,
  toUInt32(countIf(is_purchase)) AS frequency,
  toFloat64(sum(if(is_purchase, units, -units))) / 10000 AS monetary
FROM (
  SELECT profile, at, name != 'Order Refunded' AS is_purchase,
    if(JSONType(properties, {amount:String}) IN ('Int64', 'UInt64', 'Double'),
      toInt128(ifNull(accurateCastOrNull(floor(JSONExtractFloat(properties, {amount:String}) * 10000 + 0.5), 'Int64'), 0)),
      0) AS units
  FROM person_events
  WHERE name IN {names:Array(String)}
    AND at > fromUnixTimestamp64Milli({from:Int64}) AND at <= fromUnixTimestamp64Milli({now:Int64})
)
GROUP BY profile HAVING frequency > 0 ORDER BY profile`;
