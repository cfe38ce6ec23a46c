import type { JsonObject } from '@perennial/contract';
import type { TimeFormat } from './mapping.js';

type Meaning = readonly [name: RegExp, meaning: string];

/** Column names that exports of the field use, and what they mean. */
const IDENTIFIERS: Meaning[] = [
  [/^(member|customer|user)[ _-]?(id|no|code)$|^(会员|客户|用户)(号|编号|编码|卡号|id)$/i, 'userId'],
  [/^(phone|mobile|tel)([ _-]?(no|number))?$|^(联系)?(手机|电话)(号|号码)?$/i, 'phone'],
  [/^e-?mail$|^(电子)?邮箱$/i, 'email'],
  [/^(wechat[ _-]?)?openid$/i, 'wechat_openid'],
  [/^(wechat[ _-]?)?unionid$/i, 'wechat_unionid'],
];
const TRAITS: Meaning[] = [
  [/^name$|^(客户|会员)?姓名$/i, 'name'],
  [/^gender$|^性别$/i, 'gender'],
  [/^city$|^(所在)?城市$/i, 'city'],
  [/^birth(day|date)$|^(出生日期|生日)$/i, 'birthday'],
];
const TEXTS: Meaning[] = [
  [/^(order|invoice)[ _-]?(id|no|number)$|^订单(号|编号)$/i, 'order_id'],
  [/^(product|stock|item)[ _-]?(id|code)$|^sku$|^商品(编号|编码|id)$/i, 'product_id'],
  [/^product[ _-]?name$|^商品(名称)?$/i, 'product_name'],
];
const NUMBERS: Meaning[] = [
  [/^(total|amount|paid|revenue)([ _-]?amount)?$|^(实付|订单|支付|成交|消费)?金额$|^实付$/i, 'total'],
  [/^(quantity|qty)$|^(商品)?数量$/i, 'quantity'],
  [/^(unit[ _-]?)?price$|^(商品)?单价$/i, 'price'],
];
/** Tried in this order: an order's own time before any other, and never a birthday. */
const TIMES = [
  /^(下单|支付|付款|成交|交易|订单创建)(时间|日期)$|^(order|invoice|paid|purchase)[ _-]?(date|time|at)$/i,
  /^(created|updated)[ _-]?at$|^(date|time|timestamp|时间|日期)$/i,
  /^(?!.*birth|.*(出生|生日)).*(date|time|时间|日期)$/i,
];

/** A first guess at the mapping, from the columns' names and the first rows; an operator looks at it before it is used. */
export function propose(columns: string[], sample: string[][], timeZone: string): JsonObject {
  const cells = (column: string) => sample.map((row) => row[columns.indexOf(column)]?.trim() ?? '').filter(Boolean);
  const texts = matches(columns, TEXTS).map(([column, as]) => ({ column, as, type: 'text' }));
  const numbers = matches(columns, NUMBERS).map(([column, as]) => ({ column, as, type: 'number' }));
  const at = TIMES.flatMap((time) => columns.filter((column) => time.test(column)))[0] ?? '';
  const isOrder = [...texts, ...numbers].some(({ as }) => as === 'order_id' || as === 'total');
  return {
    type: isOrder ? 'track' : 'identify',
    ...(isOrder && { event: 'Order Completed' }),
    at: { column: at, format: timeFormatOf(cells(at)[0]), timeZone },
    identifiers: matches(columns, IDENTIFIERS).map(([column, kind]) => ({
      column,
      kind,
      format: identifierFormat(kind, cells(column)),
    })),
    properties: isOrder ? [...texts, ...numbers] : [],
    traits: matches(columns, TRAITS).map(([column, as]) => ({ column, as, type: 'text' })),
    skipWhen: [],
  };
}

/** For each meaning the first column that has its name: two amounts cannot both be the total. */
const matches = (columns: string[], meanings: Meaning[]): [column: string, meaning: string][] =>
  meanings.flatMap(([name, meaning]) => {
    const column = columns.find((candidate) => name.test(candidate.trim()));
    return column === undefined ? [] : [[column, meaning] as [string, string]];
  });

function identifierFormat(kind: string, cells: string[]): 'phone' | 'integer' | 'text' {
  if (kind === 'phone') return 'phone';
  // What a spreadsheet made of a number: 17850.0.
  return cells.length > 0 && cells.every((cell) => /^\d+\.0$/.test(cell)) ? 'integer' : 'text';
}

function timeFormatOf(cell = ''): TimeFormat {
  if (/^\d{4}-\d{2}-\d{2}.*(Z|[+-]\d{2}:?\d{2})$|^\d{4}-\d{2}-\d{2}T/.test(cell)) return 'iso';
  if (/^\d{4}-\d{1,2}-\d{1,2}$/.test(cell)) return 'yyyy-MM-dd';
  if (/^\d{4}\/\d{1,2}\/\d{1,2}/.test(cell)) return 'yyyy/MM/dd HH:mm';
  if (/^\d{12,13}$/.test(cell)) return 'epoch-ms';
  if (/^\d{9,10}$/.test(cell)) return 'epoch-s';
  return /^\d{5}(\.\d+)?$/.test(cell) ? 'excel-serial' : 'yyyy-MM-dd HH:mm:ss';
}
