import type { Request } from 'express';
import { isIP } from 'node:net';
import { isLoopback } from '../../http/door/listening.js';

/** Whose request it is: by the proxies that the operator trusts, else the connection's own address. */
export function addressOf(request: Request): string {
  const { ip, socket } = request;
  const address = ip && isIP(ip) ? ip : (socket.remoteAddress ?? '');
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

/** From this machine itself and not through a proxy that nobody named: behind one everybody would look local. */
export const isFromHere = (request: Request): boolean =>
  isLoopback(addressOf(request)) &&
  (request.headers['x-forwarded-for'] === undefined || Boolean(request.app.get('trust proxy')));
