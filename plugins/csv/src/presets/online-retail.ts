/**
 * The mapping of the public Online Retail data set (UCI 352): invoice lines of a British shop in 2010 and 2011. Lines
 * without a customer, cancellations, returns and gifts are left out, each with its reason.
 */
export const ONLINE_RETAIL = {
  type: 'track',
  event: 'Product Purchased',
  at: { column: 'InvoiceDate', format: 'yyyy-MM-dd HH:mm:ss', timeZone: 'Europe/London' },
  identifiers: [{ column: 'CustomerID', kind: 'userId', format: 'integer' }],
  properties: [
    { column: 'InvoiceNo', as: 'order_id', type: 'text' },
    { column: 'StockCode', as: 'product_id', type: 'text' },
    { column: 'Description', as: 'product_name', type: 'text' },
    { column: 'Quantity', as: 'quantity', type: 'number' },
    { column: 'UnitPrice', as: 'price', type: 'number' },
    { column: 'Quantity', as: 'total', type: 'number', multiplyBy: 'UnitPrice' },
    { column: 'Country', as: 'country', type: 'text' },
  ],
  traits: [],
  skipWhen: [
    { column: 'CustomerID', test: 'empty', reason: 'no customer' },
    { column: 'InvoiceNo', test: 'startsWith', value: 'C', reason: 'cancellation' },
    { column: 'Quantity', test: 'lte', value: 0, reason: 'quantity not positive' },
    { column: 'UnitPrice', test: 'lte', value: 0, reason: 'price not positive' },
  ],
} as const;
