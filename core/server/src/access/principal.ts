import type { Role, TokenScope } from '@perennial/contract';

/** Who asks: an operator with a session, a machine with a token, or the collector. */
export interface Principal {
  /** For the audit: the operator's name, `token:<title>`, or `collector`. */
  name: string;
  role: Role | 'collector';
  userId?: string;
  sessionId?: string;
  tokenId?: string;
  /** Of a token: the operator who made it, with whom it ends. */
  makerId?: string;
  /** Of a token: what it was made for. An operator may do all that the role allows. */
  scopes?: TokenScope[];
  csrf?: string;
  /** Where the request came from; for the audit. */
  address?: string;
  mustChangePassword: boolean;
}

/** An admin may do what a viewer may. The collector may do its own business only. */
export const mayActAs = (principal: Principal, needed: Role | 'collector'): boolean =>
  principal.role === needed || (principal.role === 'admin' && needed === 'viewer');

export const hasScope = ({ scopes }: Principal, needed: TokenScope): boolean => scopes?.includes(needed) ?? true;
