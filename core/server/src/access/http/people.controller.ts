import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import {
  PlatformError,
  type OneTimePassword,
  type OpenSessionView,
  type Page,
  type TokenView,
  type UserView,
} from '@perennial/contract';
import type { Response } from 'express';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { ACCESS } from '../access.errors.js';
import { Audit, type AuditEntry } from '../audit.js';
import { Devices } from '../devices.js';
import { hasScope, type Principal } from '../principal.js';
import { Sessions } from '../sessions.js';
import { Tokens } from '../tokens.js';
import { Users } from '../users.js';
import { RoleBody, TokenBody, UserBody } from './access.dto.js';
import { sendTrail } from './audit.csv.js';
import { Needs, Scope, Who } from './needs.js';

const DAY_MS = 86_400_000;

/** Operators, machine tokens and the audit trail. */
@Needs('admin')
@Scope('access')
@Controller('api/v1')
export class PeopleController {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly devices: Devices,
    private readonly tokens: Tokens,
    private readonly audit: Audit,
  ) {}

  @Get('users')
  listUsers(): Promise<UserView[]> {
    return this.users.list();
  }

  @Post('users')
  async createUser(@Body() { name, role, password }: UserBody, @Who() who: Principal): Promise<UserView> {
    const user = await this.users.create(name, role, password);
    await this.audit.record(who.name, 'user.create', `${user.id} as ${role}`);
    return user;
  }

  @Patch('users/:id')
  async setRole(@Param('id') id: string, @Body() { role }: RoleBody, @Who() who: Principal): Promise<UserView> {
    const before = await this.users.get(id);
    await this.audit.record(who.name, 'user.role', `${id} ${before.role} > ${role}`);
    return this.users.setRole(id, role);
  }

  @Delete('users/:id')
  @HttpCode(204)
  async removeUser(@Param('id') id: string, @Who() who: Principal): Promise<void> {
    await this.audit.record(who.name, 'user.remove', id);
    await this.users.remove(id);
    await this.forgetSignIns(id);
  }

  /** For who has forgotten theirs: a one-time password, shown once, that must be changed. */
  @Post('users/:id/password')
  async resetPassword(@Param('id') id: string, @Who() who: Principal): Promise<OneTimePassword> {
    await this.audit.record(who.name, 'password.reset', id);
    const password = await this.users.resetPassword(id);
    await this.forgetSignIns(id);
    return { password };
  }

  @Get('users/:id/sessions')
  listSessions(@Param('id') id: string, @Who() { sessionId }: Principal): Promise<OpenSessionView[]> {
    return this.sessions.list(id, sessionId);
  }

  @Delete('users/:id/sessions')
  @HttpCode(204)
  async closeSessions(@Param('id') id: string, @Who() who: Principal): Promise<void> {
    await this.audit.record(who.name, 'session.close.all', id);
    await this.forgetSignIns(id);
  }

  @Get('tokens')
  listTokens(): Promise<TokenView[]> {
    return this.tokens.list();
  }

  @Post('tokens')
  async createToken(@Body() body: TokenBody, @Who() who: Principal): Promise<TokenView> {
    const { title, role, days, scopes } = body;
    const beyond = scopes.find((scope) => !hasScope(who, scope));
    if (beyond)
      throw new PlatformError(ACCESS.SCOPE_MISSING, `a token that was not made for ${beyond} cannot give it`, {
        kind: 'denied',
      });
    const expiresAt = this.audit.clock() + days * DAY_MS;
    const maker = who.userId ?? who.makerId;
    const token = await this.tokens.create({ title, role, scopes, expiresAt, maker });
    await this.audit.record(who.name, 'token.create', `${token.id} as ${role} for ${scopes.join(',')}`);
    return token;
  }

  @Delete('tokens/:id')
  @HttpCode(204)
  async removeToken(@Param('id') id: string, @Who() who: Principal): Promise<void> {
    await this.audit.record(who.name, 'token.remove', id);
    await this.tokens.remove(id);
  }

  @Get('audit')
  async trail(@Query() query: PageQuery): Promise<Page<AuditEntry>> {
    const { limit, after } = readPage(query, 'number');
    return pageOf(await this.audit.list(limit + 1, after), limit, ({ id }) => id);
  }

  @Get('audit.csv')
  async exportTrail(@Res() response: Response, @Who() who: Principal): Promise<void> {
    await this.audit.record(who.name, 'audit.export', 'all');
    await sendTrail(this.audit, response);
  }

  /** The browsers as well: who has lost one signs in anew, and nobody else by it. */
  private async forgetSignIns(id: string): Promise<void> {
    await this.sessions.closeAll(id);
    await this.devices.forgetAll(id);
  }
}
