import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PlatformError, type TokenScope } from '@perennial/contract';
import { ACCESS } from '../access.errors.js';
import { hasScope, mayActAs, type Principal } from '../principal.js';
import { isSame } from '../rules/secret.js';
import { Identification } from './identification.js';
import { BEFORE_CHANGE, NEEDS, SAFE_METHODS, SCOPE, type GuardedRequest, type Need } from './needs.js';

/** Decides every request: who asks, and whether that is enough for the route. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly identification: Identification,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const need = this.reflector.getAllAndOverride<Need | undefined>(NEEDS, [context.getHandler(), context.getClass()]);
    if (need === 'nobody') return true;
    if (!need) throw new PlatformError(ACCESS.ROUTE_UNGUARDED, 'the route does not say who may call it');
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const principal = await this.identification.of(request);
    if (!principal) throw new PlatformError(ACCESS.SESSION_MISSING, 'sign in first', { kind: 'denied' });
    if (!mayActAs(principal, need))
      throw new PlatformError(ACCESS.ROLE_MISSING, `this needs the role ${need}`, { kind: 'denied' });
    const scope = this.reflector.getAllAndOverride<TokenScope | undefined>(SCOPE, [
      context.getHandler(),
      context.getClass(),
    ]);
    const needed = scope ?? (need === 'admin' ? 'manage' : 'read');
    if (!hasScope(principal, needed))
      throw new PlatformError(ACCESS.SCOPE_MISSING, `the token was not made for ${needed}`, { kind: 'denied' });
    refuseForgery(request, principal);
    if (principal.mustChangePassword && !this.reflector.get<boolean>(BEFORE_CHANGE, context.getHandler()))
      throw new PlatformError(ACCESS.PASSWORD_CHANGE_NEEDED, 'change the one-time password first', { kind: 'denied' });
    return true;
  }
}

/** A browser sends cookies along with other sites' requests, but cannot read the token that goes with them. */
function refuseForgery(request: GuardedRequest, { csrf }: Principal): void {
  if (csrf === undefined || SAFE_METHODS.has(request.method)) return;
  const sent = request.headers['x-csrf-token'];
  if (typeof sent !== 'string' || !isSame(sent, csrf))
    throw new PlatformError(ACCESS.CSRF_WRONG, 'the request lacks the right x-csrf-token', { kind: 'denied' });
}
