import type { NestExpressApplication } from '@nestjs/platform-express';
import { PlatformError } from '@perennial/contract';
import type { NextFunction, Request, Response } from 'express';
import { ACCESS } from '../access/access.errors.js';
import { isFromHere } from '../access/http/client-address.js';
import { Identification } from '../access/http/identification.js';
import { isSame } from '../access/rules/secret.js';

/** What tells a stranger how the platform is built and how busy it is. */
const INSIDE = new Set(['/metrics', '/api/openapi.json']);

/** Figures and description: for this machine, for who has the metrics token, and for who is signed in. */
export function closeInside(app: NestExpressApplication, metricsToken: string | undefined): void {
  const identification = app.get(Identification);
  const mayLook = async (request: Request): Promise<boolean> => {
    if (isFromHere(request)) return true;
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (metricsToken && bearer && isSame(bearer, metricsToken)) return true;
    return (await identification.of(request)) !== undefined;
  };
  app.use((request: Request, _: Response, next: NextFunction) => {
    if (!INSIDE.has(request.path.toLowerCase().replace(/\/+$/, ''))) return next();
    mayLook(request).then(
      (may) => next(may ? undefined : new PlatformError(ACCESS.SESSION_MISSING, 'sign in first', { kind: 'denied' })),
      next,
    );
  });
}
