import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { MulterModule } from '@nestjs/platform-express';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { join } from 'node:path';
import { AccessModule } from './access/index.js';
import { ActivationController } from './activation/http/activation.controller.js';
import { Deliveries, Destinations, Dispatcher, Triggers } from './activation/index.js';
import { AUDIENCE_CONTROLLERS } from './audience/index.js';
import { Catalogue, CATALOGUE_CONTROLLERS } from './catalogue/index.js';
import { CONSULTANT_CONTROLLERS } from './consultant/index.js';
import { Groups, GroupsController } from './group/index.js';
import { ClockController, ServerClock, TakingBack } from './clock/index.js';
import { Definitions } from './fold/definitions.js';
import { HealthController, Readiness } from './http/health.controller.js';
import { createHttpApp } from './http/index.js';
import { Host } from './host/index.js';
import { PluginsController } from './host/http/plugins.controller.js';
import { Models } from './host/models.js';
import { PluginOptions } from './host/plugin-options.js';
import { LogController } from './ingest/http/log.controller.js';
import { QuarantineController } from './ingest/http/quarantine.controller.js';
import { Ingest, LogDoor } from './ingest/index.js';
import { Quarantine } from './ingest/quarantine.js';
import { Keys, KeysController } from './keys/index.js';
import { LiveFeed } from './live/live-feed.js';
import { LiveStreams } from './live/live-streams.js';
import { OverviewController } from './overview/http/overview.controller.js';
import { Overviews } from './overview/overview.js';
import type { Platform } from './platform.js';
import { RevealController } from './profile/http/reveal.controller.js';
import { Reveals } from './profile/reveals.js';
import { ProfilesController } from './profile/http/profiles.controller.js';
import { Profiles } from './profile/profiles.js';
import { ImportsController } from './source/http/imports.controller.js';
import { COLLECTOR_PLACE, SourcesController } from './source/http/sources.controller.js';
import { SourceSettingsController } from './source/http/settings.controller.js';
import { Imports, Sources } from './source/index.js';
import { Parity, ParityController } from './parity/index.js';
import { Analysis, ANALYSIS_CONTROLLERS } from './analysis/index.js';
import { StoresController, StoreWatch } from './stores/index.js';
import { STAGING_CONTROLLERS } from './staging/index.js';
import { STEWARD_CONTROLLERS } from './steward/index.js';
import { TAGGING_CONTROLLERS } from './tagging/index.js';
import { Appender, Warehouse } from './warehouse/index.js';

const MAX_FILE_BYTES = 2 * 1024 ** 3;

const CONTROLLERS = [
  LogController,
  KeysController,
  RevealController,
  QuarantineController,
  SourcesController,
  SourceSettingsController,
  ParityController,
  ImportsController,
  PluginsController,
  ActivationController,
  ...STEWARD_CONTROLLERS,
  ProfilesController,
  GroupsController,
  ...TAGGING_CONTROLLERS,
  ...AUDIENCE_CONTROLLERS,
  ...CATALOGUE_CONTROLLERS,
  ...STAGING_CONTROLLERS,
  ...ANALYSIS_CONTROLLERS,
  ...CONSULTANT_CONTROLLERS,
  ClockController,
  OverviewController,
  StoresController,
  HealthController,
];

/** The HTTP face of a platform: every controller, over the services that the platform has made. */
export function coreModule(platform: Platform, passwordCost?: number): DynamicModule {
  const { config } = platform.options;
  const service = (token: unknown, useValue: unknown) => ({ provide: token as Type, useValue });
  return {
    module: class Core {},
    imports: [
      AccessModule.with({
        dataSource: platform.dataSource,
        now: platform.now,
        collectorSecret: platform.collectorSecret,
        isSecure: config.publicUrl?.startsWith('https:') ?? false,
        ...(passwordCost && { passwordCost }),
      }),
      MulterModule.register({
        dest: join(config.dataDir, 'files', 'incoming'),
        limits: { fileSize: MAX_FILE_BYTES, files: 1 },
      }),
    ],
    controllers: CONTROLLERS,
    providers: [
      service(Warehouse, platform.warehouse),
      service(Appender, platform.appender),
      service(Ingest, platform.ingest),
      service(LogDoor, platform.logDoor),
      service(Quarantine, platform.quarantine),
      service(Sources, platform.sources),
      service(COLLECTOR_PLACE, {
        ...(config.collectorUrl && { url: config.collectorUrl }),
        port: config.collectorPort,
      }),
      service(Imports, platform.imports),
      service(Host, platform.host),
      service(PluginOptions, platform.pluginOptions),
      service(Models, platform.models),
      service(Destinations, platform.destinations),
      service(Triggers, platform.triggers),
      service(Deliveries, platform.deliveries),
      service(Dispatcher, platform.dispatcher),
      service(Definitions, platform.definitions),
      service(Profiles, platform.profiles),
      service(Overviews, platform.overviews),
      ...roomServices(platform).map(([token, value]) => service(token, value)),
      LiveStreams,
      service(Keys, platform.keyCare),
      service(StoreWatch, platform.stores.watch),
      service(Readiness, readinessOf(platform)),
      service(ServerClock, platform.clock),
      service(TakingBack, platform.takingBack),
    ],
  };
}

const readinessOf = ({
  dataSource,
  warehouse,
  appender,
  quarantine,
  natsIntake,
  stores,
  ingest,
  clock,
  options,
}: Platform): Readiness =>
  new Readiness({
    dataSource,
    warehouse,
    appender,
    quarantine,
    nats: natsIntake,
    storeWatch: stores.watch,
    clock,
    ingest,
    folder: options.config.dataDir,
  });

/** Of the rooms that list their own. */
const roomServices = (platform: Platform): [token: unknown, service: unknown][] => [
  ...[
    platform.steward,
    platform.tagging,
    platform.audienceRoom,
    platform.staging,
    platform.consultantRoom,
    platform.edge,
  ].flatMap((room) => room.services()),
  [Parity, new Parity(platform)],
  [Catalogue, platform.catalogue],
  [Analysis, platform.analysis],
  [Reveals, new Reveals(platform)],
  [Groups, new Groups(platform)],
  [LiveFeed, platform.live],
];

export interface ServeOptions {
  logger: LoggerService | false;
  adminFolder: string;
  passwordCost?: number;
}

export function createCoreApp(
  platform: Platform,
  { logger, adminFolder, passwordCost }: ServeOptions,
): Promise<NestExpressApplication> {
  const { publicUrl, trustedProxies: proxies, metricsToken } = platform.options.config;
  const isHttps = publicUrl?.startsWith('https:') ?? false;
  return createHttpApp(coreModule(platform, passwordCost), {
    logger,
    isHttps,
    adminFolder,
    proxies,
    ...(metricsToken && { metricsToken }),
  });
}
