import type { Role } from '@perennial/contract';

/** Who asks: an operator with a session, a machine with a token, or the collector. */
export interface Principal {
  /** For the audit: the operator's name, `token:<title>`, or `collector`. */
  name: string;
  role: Role | 'collector';
  userId?: string;
  sessionId?: string;
  csrf?: string;
  /** Where the request came from; for the audit. */
  address?: string;
  mustChangePassword: boolean;
}

/** An admin may do what a viewer may. The collector may do its own business only. */
export const mayActAs = (principal: Principal, needed: Role | 'collector'): boolean =>
  principal.role === needed || (principal.role === 'admin' && needed === 'viewer');
