import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { Page, TokenView, UserView } from '@perennial/contract';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { Audit, type AuditEntry } from '../audit.js';
import type { Principal } from '../principal.js';
import { Sessions } from '../sessions.js';
import { Tokens } from '../tokens.js';
import { Users } from '../users.js';
import { RoleBody, TokenBody, UserBody } from './access.dto.js';
import { Needs, Who } from './needs.js';

/** Operators, machine tokens and the audit trail. */
@Needs('admin')
@Controller('api/v1')
export class PeopleController {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
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
    await this.audit.record(who.name, 'user.create', user.id);
    return user;
  }

  @Patch('users/:id')
  async setRole(@Param('id') id: string, @Body() { role }: RoleBody, @Who() who: Principal): Promise<UserView> {
    const user = await this.users.setRole(id, role);
    await this.audit.record(who.name, 'user.role', id);
    return user;
  }

  @Delete('users/:id')
  @HttpCode(204)
  async removeUser(@Param('id') id: string, @Who() who: Principal): Promise<void> {
    await this.users.remove(id);
    await this.sessions.closeAll(id);
    await this.audit.record(who.name, 'user.remove', id);
  }

  @Get('tokens')
  listTokens(): Promise<TokenView[]> {
    return this.tokens.list();
  }

  @Post('tokens')
  async createToken(@Body() { title, role }: TokenBody, @Who() who: Principal): Promise<TokenView> {
    const token = await this.tokens.create(title, role);
    await this.audit.record(who.name, 'token.create', token.id);
    return token;
  }

  @Delete('tokens/:id')
  @HttpCode(204)
  async removeToken(@Param('id') id: string, @Who() who: Principal): Promise<void> {
    await this.tokens.remove(id);
    await this.audit.record(who.name, 'token.remove', id);
  }

  @Get('audit')
  async trail(@Query() query: PageQuery): Promise<Page<AuditEntry>> {
    const { limit, after } = readPage(query);
    return pageOf(await this.audit.list(limit + 1, after as number | undefined), limit, ({ id }) => id);
  }
}
