import { METHOD_METADATA } from '@nestjs/common/constants.js';
import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { PlatformError } from '@perennial/contract';
import { ACCESS } from '../access/access.errors.js';
import { NEEDS } from '../access/http/needs.js';

/** Refuses to start with a route that does not say who may call it. */
export function refuseUnguardedRoutes(app: INestApplication): void {
  const [discovery, scanner, reflector] = [app.get(DiscoveryService), app.get(MetadataScanner), app.get(Reflector)];
  const unguarded = discovery.getControllers().flatMap(({ instance, metatype }) => {
    const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
    return scanner
      .getAllMethodNames(prototype)
      .filter((name) => reflector.get<unknown>(METHOD_METADATA, prototype[name]!) !== undefined)
      .filter(
        (name) =>
          reflector.getAllAndOverride<unknown>(NEEDS, [prototype[name]!, metatype as () => unknown]) === undefined,
      )
      .map((name) => `${metatype!.name}.${name}`);
  });
  if (unguarded.length > 0)
    throw new PlatformError(ACCESS.ROUTE_UNGUARDED, `routes without @Needs or @Public: ${unguarded.join(', ')}`);
}
