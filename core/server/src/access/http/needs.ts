import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Role, TokenScope } from '@perennial/contract';
import type { Request } from 'express';
import type { Principal } from '../principal.js';

export const NEEDS = 'perennial:needs';
export type Need = Role | 'collector' | 'nobody';

/** Methods that change nothing. */
export const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who may call a route. Every route says so; core does not start with one that does not. */
export const Needs = (need: Role | 'collector') => SetMetadata(NEEDS, need);
export const Public = () => SetMetadata(NEEDS, 'nobody');

/** What a token must be made for to call a route; without it, viewers' routes read and administrators' manage. */
export const SCOPE = 'perennial:scope';
export const Scope = (scope: TokenScope) => SetMetadata(SCOPE, scope);

/** A route that works while the one-time password has not been changed yet. */
export const BEFORE_CHANGE = 'perennial:before-change';
export const BeforePasswordChange = () => SetMetadata(BEFORE_CHANGE, true);

export interface GuardedRequest extends Request {
  principal?: Principal;
}

export const Who = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<GuardedRequest>().principal,
);
