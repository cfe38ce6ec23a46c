import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/** Headers of every answer. The admin runs only its own scripts; its component library sets styles inline. */
export function secure(app: NestExpressApplication, isHttps: boolean): void {
  app.disable('x-powered-by');
  keepNothing(app);
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:', 'blob:'],
          fontSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          objectSrc: ["'none'"],
          baseUri: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      strictTransportSecurity: isHttps ? undefined : false,
      crossOriginEmbedderPolicy: false,
    }),
  );
}

const DATA = /^\/(api|internal)(\/|$)/i;

/** Answers with data are kept by nobody on the way, and no validator invites a browser to keep them. */
function keepNothing(app: NestExpressApplication): void {
  app.set('etag', false);
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (DATA.test(request.path)) response.setHeader('Cache-Control', 'no-store');
    next();
  });
}
