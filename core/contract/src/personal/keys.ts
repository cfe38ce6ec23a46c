import { glance } from './glance.js';

/**
 * What a key says of its value. `code` is a number that is nobody's: under it eleven digits are an order and no phone.
 * The others decide where the value alone does not: seven digits are a phone under `phone`, and nothing elsewhere.
 */
export type KeyHint = 'phone' | 'email' | 'contact' | 'handle' | 'id_card' | 'bank_card' | 'secret' | 'code';
export type PersonalHint = Exclude<KeyHint, 'code'>;

/** Words stand at the end of a key, behind `_` or as its whole: `receiver_phone` is a phone, `microphone` is none. */
const ending = (words: string): RegExp => new RegExp(`(?:^|_)(?:${words})$`);
const NUMBER = '(?:_?(?:no|num|number|nr|id))?';

/** In this order: `order_phone` is a phone, `contact_id` a contact's code. */
const RULES: [KeyHint, RegExp][] = /* @__PURE__ */ [
  ['secret', ending('password|passwd|passphrase|pwd|secret|token|api_?key|access_?key|private_?key|authorization')],
  ['secret', ending('jwt|otp|credential|signature|cookie|(?:sms|verify|verification|captcha)_?code')],
  ['secret', /(?:密码|口令|验证码|密钥)$/],
  ['id_card', ending(`(?:id|identity|ident|citizen)_?(?:card|cert)${NUMBER}|cert_?no|ssn|passport${NUMBER}`)],
  ['id_card', /(?:身份证|证件|护照)(?:号码?)?$/],
  ['bank_card', ending(`(?:bank|credit|debit)_?(?:card|account)${NUMBER}|iban|pan`)],
  ['bank_card', /(?:银行卡|信用卡|储蓄卡|银行账号)(?:号码?)?$/],
  ['email', ending('e?mail|e?mail_?addr(?:ess)?')],
  ['email', /(?:邮箱|邮件|邮箱地址|电子邮件)$/],
  ['phone', ending(`phone|mobile|cell|(?:cell|mobile)_?phone|telephone|tel|msisdn|fax`)],
  ['phone', ending('(?:phone|mobile|cell|tel|telephone|cellphone)_?(?:no|num|number|nr)')],
  ['phone', /(?:手机|电话|座机|固话|传真)(?:号码?|号)?$/],
  [
    'handle',
    ending(`wechat|weixin|wx|wechat_?(?:id|no)|weixin_?(?:id|no)|qq${NUMBER}|whatsapp|telegram|line_?id|skype`),
  ],
  ['handle', /(?:微信|微信号|QQ号?|qq号?)$/],
  [
    'contact',
    ending('contact|contact_?(?:info|way|method|detail|number|no)|recipient|receiver|consignee|account|login|to'),
  ],
  ['contact', /(?:联系方式|联系人|收件人|收货人|账号|帐号|账户)$/],
  [
    'code',
    ending('order|trade|trans|transaction|invoice|bill|serial|sku|spu|batch|lot|waybill|express|tracking|coupon'),
  ],
  [
    'code',
    ending('barcode|ean|upc|isbn|gtin|amount|price|total|fee|cost|revenue|qty|quantity|count|points?|score|balance'),
  ],
  ['code', ending('time|timestamp|ts|date|at|duration|size|bytes|version|build|seq|offset|revision|code|sn')],
  ['code', /(?:订单|单号|流水|流水号|编号|编码|条码|货号|金额|价格|总价|数量|积分|时间|日期|余额|版本)$/],
];

/** Numbers and ids of things; those of people may be phones. */
const OF_THINGS = /^id$|._(?:id|no|num|number)$/;
const OF_PEOPLE =
  /user|customer|member|buyer|client|account|login|person|receiver|consignee|guest|visitor|open|union|用户|会员|顾客/;

/** Keys repeat with every event. Clients make them, so the memory of them is bounded. */
const MOST_KEPT = 5_000;
const kept = /* @__PURE__ */ new Map<string, ReadKey>();

export interface ReadKey {
  hint: KeyHint | undefined;
  /** The key may itself be somebody's number or e-mail. */
  mayHold: boolean;
}

export function readKey(key: string): ReadKey {
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const read = { hint: hintOf(key), mayHold: glance(key) !== 0 };
  kept.set(key, read);
  return read;
}

function hintOf(key: string): KeyHint | undefined {
  const words = plainKey(key);
  for (const [hint, rule] of RULES) if (rule.test(words)) return hint;
  return OF_THINGS.test(words) && !OF_PEOPLE.test(words) ? 'code' : undefined;
}

/** `receiverPhones`, `Receiver-Phone 2` and `receiver_phone` are one. */
const plainKey = (key: string): string =>
  key
    .slice(0, 128)
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s.-]+/g, '_')
    .replace(/_?\d+$/, '')
    .replace(/(phone|mobile|cell|tel|mail|contact|account|card)e?s$/, '$1');
