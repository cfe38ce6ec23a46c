import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PlatformError, type TokenScope } from '@perennial/contract';
import { catchError, from, mergeMap, Observable, throwError } from 'rxjs';
import { Audit, type Asking } from '../audit.js';
import { addressOf } from './client-address.js';
import { NEEDS, SAFE_METHODS, SCOPE, type GuardedRequest, type Need } from './needs.js';

/**
 * Every change by an administrator, and what consultants do, is in the audit before it is done, by its route, whether or not its handler says
 * more about it. An act whose row cannot be written is not done.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly audit: Audit,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const need = this.reflector.getAllAndOverride<Need | undefined>(NEEDS, [context.getHandler(), context.getClass()]);
    const asking: Asking = { user: request.principal?.name ?? '', address: addressOf(request) };
    const scope = this.reflector.get<TokenScope | undefined>(SCOPE, context.getHandler());
    const isAct = !SAFE_METHODS.has(request.method) && (need === 'admin' || scope === 'manage');
    if (!isAct) return this.within(asking, next);
    const { path } = request.route as { path: string };
    const begun = this.audit.begin(asking.user, `${request.method} ${path}`, targetOf(request), asking.address);
    return from(begun).pipe(mergeMap((act) => this.ending(act, this.within({ ...asking, act }, next))));
  }

  private within(asking: Asking, next: CallHandler): Observable<unknown> {
    return new Observable((subscriber) => this.audit.within(asking, () => next.handle().subscribe(subscriber)));
  }

  private ending(act: string, work: Observable<unknown>): Observable<unknown> {
    const end = (outcome: string) => from(this.audit.end(act, outcome));
    return work.pipe(
      mergeMap((answer) => end('done').pipe(mergeMap(() => [answer]))),
      catchError((error: unknown) => end(codeOf(error)).pipe(mergeMap(() => throwError(() => error)))),
    );
  }
}

const targetOf = ({ params }: GuardedRequest): string => Object.values(params).flat().join(':');

const codeOf = (error: unknown): string => (error instanceof PlatformError ? error.code : 'failed');
