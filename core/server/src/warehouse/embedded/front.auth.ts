import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Credentials {
  username: string;
  password: string;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

function readBasic(header: string | undefined): Credentials | undefined {
  if (!header?.startsWith('Basic ')) return undefined;
  const text = Buffer.from(header.slice(6), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function readHeaders(headers: IncomingHttpHeaders): Credentials | undefined {
  const [username, password] = [headers['x-clickhouse-user'], headers['x-clickhouse-key']];
  if (typeof username !== 'string' && typeof password !== 'string') return readBasic(headers.authorization);
  return { username: String(username ?? 'default'), password: String(password ?? '') };
}

/** Compares in constant time, by digest, so that neither length nor prefix shows. */
export function isAuthorized(headers: IncomingHttpHeaders, expected: Credentials): boolean {
  const given = readHeaders(headers) ?? { username: '', password: '' };
  const isUser = isSame(given.username, expected.username);
  return isSame(given.password, expected.password) && isUser;
}
