import { ValidationPipe, type DynamicModule, type LoggerService } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { serveAdmin } from './admin.files.js';
import { ProblemFilter } from './problem.filter.js';
import { refuseUnguardedRoutes } from './routes.check.js';
import { secure } from './security.js';
import { wellFormedBody } from './well-formed.body.js';

export interface HttpOptions {
  logger: LoggerService | false;
  isHttps: boolean;
  /** Folder of the built admin. */
  adminFolder: string;
}

/** The application with everything that belongs to every route: headers, validation, errors, access, description. */
export async function createHttpApp(
  root: DynamicModule,
  { logger, isHttps, adminFolder }: HttpOptions,
): Promise<NestExpressApplication> {
  const module: DynamicModule = { ...root, imports: [DiscoveryModule, ...(root.imports ?? [])] };
  const app = await NestFactory.create<NestExpressApplication>(module, {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  secure(app, isHttps);
  app.useBodyParser('json', { limit: '1mb' });
  app.use(wellFormedBody);
  app.useBodyParser('raw', { type: 'application/octet-stream', limit: '32mb' });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  app.useGlobalFilters(new ProblemFilter());
  refuseUnguardedRoutes(app);
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
