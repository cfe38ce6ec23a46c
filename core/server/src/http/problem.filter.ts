import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ERROR_POLICY, PlatformError, type Problem } from '@perennial/contract';
import type { Response } from 'express';
import { randomUUID } from 'node:crypto';
import { isTooLong, isUnavailable } from '../database/index.js';

/** Every error as `application/problem+json` with our code. What nobody foresaw is told to the log, not to the caller. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return void response.destroy();
    const problem = this.problemOf(error);
    const retryAfter = problem.details?.['retryAfter'] ?? (problem.status === 503 ? 1 : undefined);
    if (retryAfter !== undefined) response.setHeader('Retry-After', `${retryAfter as number}`);
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof PlatformError && error.kind !== 'bug') return platformProblem(error);
    if (error instanceof HttpException) return httpProblem(error);
    if (isUnavailable(error)) return problem(503, 'DATABASE_UNAVAILABLE', 'the record database cannot be reached');
    if (isTooLong(error)) return problem(400, 'REQUEST_INVALID', 'a text is longer than its place in the record');
    const id = randomUUID();
    this.logger.error(`${id} ${error instanceof Error ? error.stack : 'unknown error'}`);
    return problem(500, 'INTERNAL', `unexpected error ${id}; the log of core has it`);
  }
}

const problem = (status: number, code: string, detail: string, details?: Record<string, unknown>): Problem => ({
  type: 'about:blank',
  title: code.toLowerCase().replaceAll('_', ' '),
  status,
  code,
  detail,
  ...(details && Object.keys(details).length > 0 && { details }),
});

/** Not being signed in is 401, so that clients know to sign in. */
const UNAUTHENTICATED = new Set(['ACCESS_SESSION_MISSING', 'ACCESS_CREDENTIALS_WRONG']);

const platformProblem = ({ code, kind, message, details }: PlatformError): Problem =>
  problem(UNAUTHENTICATED.has(code) ? 401 : ERROR_POLICY[kind].status, code, message, details);

/** Nest's own: unknown routes, bodies that are no JSON or break the rules of their class. */
function httpProblem(error: HttpException): Problem {
  const body = error.getResponse() as { message?: string | string[] };
  const fields = Array.isArray(body.message) ? body.message : undefined;
  const code =
    error.getStatus() === 404 ? 'ROUTE_ABSENT' : error.getStatus() === 413 ? 'REQUEST_TOO_LARGE' : 'REQUEST_INVALID';
  return problem(error.getStatus(), code, fields?.join('; ') ?? error.message, fields && { fields });
}
