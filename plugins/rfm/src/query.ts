/**
 * One row a person: days since the last purchase, purchases, money. One pass over the window; amounts are decimals with
 * four places, so their sum does not depend on the order. A day is 24 hours here, counted back from `now`.
 */
export const RFM_QUERY = `
SELECT profile,
  intDiv({now:Int64} - toUnixTimestamp64Milli(max(if(is_purchase, at, toDateTime64(0, 3, 'UTC')))), 86400000) AS recency,
  countIf(is_purchase) AS frequency,
  toFloat64(sumIf(amount, is_purchase) - sumIf(amount, NOT is_purchase)) AS monetary
FROM (
  SELECT profile, at, name != 'Order Refunded' AS is_purchase,
    toDecimal64(JSONExtractFloat(properties, {amount:String}), 4) AS amount
  FROM person_events
  WHERE name IN {names:Array(String)}
    AND at > fromUnixTimestamp64Milli({from:Int64}) AND at <= fromUnixTimestamp64Milli({now:Int64})
)
GROUP BY profile HAVING frequency > 0 ORDER BY profile`;
