import { ValidationPipe, type DynamicModule, type LoggerService } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { serveAdmin } from './admin.files.js';
import { openDoors } from './door/door.js';
import { BoundedAdapter } from './door/listening.js';
import { closeInside } from './local.door.js';
import { ProblemFilter } from './problem.filter.js';
import { refuseUnguardedRoutes } from './routes.check.js';
import { secure } from './security.js';
import { wellFormedBody } from './well-formed.body.js';

export interface HttpOptions {
  logger: LoggerService | false;
  isHttps: boolean;
  /** Folder of the built admin. */
  adminFolder: string;
  /** How many proxies of ours stand before core and say whom they heard; none by default. */
  proxies?: number;
  /** Who has it may read the figures from another machine. */
  metricsToken?: string;
}

/** The application with everything that belongs to every route: headers, doors, validation, errors, access, description. */
export async function createHttpApp(root: DynamicModule, options: HttpOptions): Promise<NestExpressApplication> {
  const { logger, isHttps, adminFolder, proxies = 0, metricsToken } = options;
  const module: DynamicModule = { ...root, imports: [DiscoveryModule, ...(root.imports ?? [])] };
  const app = await NestFactory.create<NestExpressApplication>(module, new BoundedAdapter(), {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  app.set('trust proxy', proxies);
  secure(app, isHttps);
  openDoors(app);
  app.use(wellFormedBody);
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  app.useGlobalFilters(new ProblemFilter());
  refuseUnguardedRoutes(app);
  closeInside(app, metricsToken);
  SwaggerModule.setup('api/openapi', app, () => describe(app), {
    jsonDocumentUrl: 'api/openapi.json',
    swaggerUiEnabled: false,
  });
  serveAdmin(app, adminFolder);
  return app;
}

const describe = (app: NestExpressApplication) =>
  SwaggerModule.createDocument(
    app,
    new DocumentBuilder().setTitle('Perennial').setVersion('1').addBearerAuth().build(),
  );
