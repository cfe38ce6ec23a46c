import { isJsonObject, type Json, type JsonObject } from '@perennial/contract';
import { mask } from './mask.js';
import { normalisePhone } from './normalise.js';

/** Keys under which clients put phones and e-mails where no identifier is expected. */
const PHONE_KEY = /(^|_)(phone|mobile|tel|telephone|phone_?number|手机号?|电话)$/i;
const EMAIL_KEY = /(^|_)(e?mail|email_?address|邮箱)$/i;
const DEPTH = 6;

/**
 * A copy with direct identifiers masked, found by their keys at any depth: history keeps what happened and not how to
 * reach the person. `receiverPhone` is found as `receiver_phone` is.
 */
export const redact = (object: JsonObject): JsonObject => redactObject(object, DEPTH);

const redactObject = (object: JsonObject, depth: number): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, redactValue(key, value, depth)]));

function redactValue(key: string, value: Json, depth: number): Json {
  if (typeof value === 'string' || typeof value === 'number') return redactText(key, value);
  if (depth === 0) return value;
  if (Array.isArray(value)) return value.map((item) => redactValue(key, item, depth - 1));
  return isJsonObject(value) ? redactObject(value, depth - 1) : value;
}

/** The same for a text that may hold anything: whatever looks like a mainland mobile or an e-mail is masked. */
export const redactFreeText = (text: string): string =>
  text.replace(/(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g, '$1****$2').replace(/[\w.+-]+@([\w-]+\.[\w.-]+)/g, '***@$1');

function redactText(key: string, value: string | number): string | number {
  const snake = key.replace(/([a-z])([A-Z])/g, '$1_$2');
  const phone = PHONE_KEY.test(snake) ? normalisePhone(String(value)) : undefined;
  if (phone !== undefined) return mask({ kind: 'phone', value: phone });
  return EMAIL_KEY.test(snake) && String(value).includes('@') ? mask({ kind: 'email', value: String(value) }) : value;
}
