import type { JsonObject } from '@perennial/contract';

/** Column names that exports of the field use, and what they mean. */
const IDENTIFIERS: [RegExp, string, string][] = [
  [
    /^(member|customer|user)[ _-]?(id|no|code)$|^会员(号|编号|卡号|id)$|^客户(号|编号)$|^customerid$/i,
    'userId',
    'text',
  ],
  [/^(phone|mobile|tel)$|^手机(号|号码)?$|^(联系)?电话$/i, 'phone', 'phone'],
  [/^e-?mail$|^邮箱$/i, 'email', 'text'],
  [/^openid$/i, 'wechat_openid', 'text'],
  [/^unionid$/i, 'wechat_unionid', 'text'],
];
const TIME = /date|time|时间|日期/i;
const TRAITS: [RegExp, string][] = [
  [/^name$|^姓名$|^客户姓名$/i, 'name'],
  [/^gender$|^性别$/i, 'gender'],
  [/^city$|^城市$/i, 'city'],
  [/^birthday$|^生日$/i, 'birthday'],
];
const AMOUNT = /^(amount|total|paid|revenue)$|金额|实付/i;
const ORDER = /^(order|invoice)[ _-]?(id|no)$|^订单(号|编号)$/i;

/** A first guess at the mapping from the columns' names; an operator looks at it before anything is imported. */
export function propose(columns: string[], timeZone: string): JsonObject {
  const at = columns.find((column) => TIME.test(column));
  const amounts = columns
    .filter((column) => AMOUNT.test(column))
    .map((column) => ({ column, as: 'total', type: 'number' }));
  const orders = columns
    .filter((column) => ORDER.test(column))
    .map((column) => ({ column, as: 'order_id', type: 'text' }));
  const isOrder = amounts.length > 0 || orders.length > 0;
  return {
    type: isOrder ? 'track' : 'identify',
    ...(isOrder && { event: 'Order Completed' }),
    at: { column: at ?? '', format: 'yyyy-MM-dd HH:mm:ss', timeZone },
    identifiers: columns.flatMap((column) =>
      IDENTIFIERS.filter(([name]) => name.test(column)).map(([, kind, format]) => ({ column, kind, format })),
    ),
    properties: [...orders, ...amounts],
    traits: columns.flatMap((column) =>
      TRAITS.filter(([name]) => name.test(column)).map(([, as]) => ({ column, as, type: 'text' })),
    ),
    skipWhen: [],
  };
}
