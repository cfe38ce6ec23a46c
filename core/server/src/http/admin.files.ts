import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const OURS = /^\/(api|internal|health|metrics)(\/|$)/;
const YEAR = 365 * 24 * 60 * 60 * 1000;

/** Serves the built admin. Hashed files are cached for ever, the page itself never; unknown paths are the page's routes. */
export function serveAdmin(app: NestExpressApplication, folder: string): void {
  const page = join(folder, 'index.html');
  app.useStaticAssets(join(folder, 'assets'), { prefix: '/assets', immutable: true, maxAge: YEAR, fallthrough: false });
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (request.method !== 'GET' || OURS.test(request.path)) return next();
    response.setHeader('Cache-Control', 'no-store');
    if (existsSync(page)) return response.sendFile(page);
    response.status(503).type('text/plain').send('The admin is not built. Run `npm run build`.');
  });
}
