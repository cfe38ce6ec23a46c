import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { Attempts } from './attempts.js';
import { Audit } from './audit.js';
import { Devices } from './devices.js';
import { AccessGuard } from './http/access.guard.js';
import { AuditInterceptor } from './http/audit.interceptor.js';
import { COLLECTOR_SECRET, Identification, IS_SECURE } from './http/identification.js';
import { PeopleController } from './http/people.controller.js';
import { SessionController } from './http/session.controller.js';
import { LookupGate } from './lookups.gate.js';
import { Sessions } from './sessions.js';
import { Tokens } from './tokens.js';
import { Users } from './users.js';

export interface AccessOptions {
  dataSource: DataSource;
  now: () => number;
  collectorSecret: string;
  isSecure: boolean;
  passwordCost?: number;
}

/** Who may come in. Its guard stands before every route of the application. */
@Module({})
export class AccessModule {
  static with({ dataSource, now, collectorSecret, isSecure, passwordCost }: AccessOptions): DynamicModule {
    const kept = [Sessions, Tokens, Audit, Attempts, Devices].map((provide) => ({
      provide,
      useFactory: () => new provide(dataSource, now),
    }));
    return {
      module: AccessModule,
      global: true,
      controllers: [SessionController, PeopleController],
      providers: [
        { provide: Users, useFactory: () => new Users(dataSource, now, passwordCost) },
        ...kept,
        { provide: LookupGate, useFactory: (audit: Audit) => new LookupGate(dataSource, now, audit), inject: [Audit] },
        { provide: COLLECTOR_SECRET, useValue: collectorSecret },
        { provide: IS_SECURE, useValue: isSecure },
        Identification,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
      ],
      exports: [Identification, Users, Sessions, Tokens, Audit, LookupGate],
    };
  }
}
