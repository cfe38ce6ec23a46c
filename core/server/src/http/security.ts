import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';

/** Headers of every answer. The admin runs only its own scripts; its component library sets styles inline. */
export function secure(app: NestExpressApplication, isHttps: boolean): void {
  app.disable('x-powered-by');
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
