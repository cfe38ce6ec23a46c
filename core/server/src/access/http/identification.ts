import { Inject, Injectable } from '@nestjs/common';
import { parse } from 'cookie';
import { isSame } from '../rules/secret.js';
import type { Principal } from '../principal.js';
import { Sessions } from '../sessions.js';
import { Tokens } from '../tokens.js';
import { addressOf } from './client-address.js';
import type { GuardedRequest } from './needs.js';

export const COLLECTOR_SECRET = Symbol('collector secret');
export const IS_SECURE = Symbol('cookies over https only');

/** The browser takes a `__Host-` cookie only over https, for the whole site, and from nobody but this host. */
export const sessionCookie = (isSecure: boolean): string =>
  isSecure ? '__Host-perennial_session' : 'perennial_session';

export const deviceCookie = (isSecure: boolean): string => (isSecure ? '__Host-perennial_device' : 'perennial_device');

const COLLECTOR: Principal = { name: 'collector', role: 'collector', mustChangePassword: false };

/** Who sends a request, by its head alone. */
@Injectable()
export class Identification {
  constructor(
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
    @Inject(COLLECTOR_SECRET) private readonly collectorSecret: string,
    @Inject(IS_SECURE) private readonly isSecure: boolean,
  ) {}

  /** Asked at the door and by the guard; looked up once. */
  async of(request: GuardedRequest): Promise<Principal | undefined> {
    if (request.principal) return request.principal;
    const found = await this.look(request);
    if (found) request.principal = { ...found, address: addressOf(request) };
    return request.principal;
  }

  /** Whether who began something long may go on with it: signed in, unexpired and with the same role. */
  stillStands({ sessionId, tokenId, role }: Principal): Promise<boolean> {
    if (sessionId) return this.sessions.isOpen(sessionId, role);
    return tokenId ? this.tokens.isOpen(tokenId, role) : Promise.resolve(false);
  }

  private look({ headers }: GuardedRequest): Promise<Principal | undefined> {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (bearer?.startsWith('pt_')) return this.tokens.find(bearer);
    if (bearer) return Promise.resolve(isSame(bearer, this.collectorSecret) ? COLLECTOR : undefined);
    const cookie = parse(headers.cookie ?? '')[sessionCookie(this.isSecure)];
    return cookie ? this.sessions.find(cookie) : Promise.resolve(undefined);
  }
}
