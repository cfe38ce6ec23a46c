import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { PlatformError, type SessionView } from '@perennial/contract';
import { serialize } from 'cookie';
import type { Request, Response } from 'express';
import { ACCESS } from '../access.errors.js';
import { Audit } from '../audit.js';
import type { Principal } from '../principal.js';
import { Sessions } from '../sessions.js';
import { Users, viewOf } from '../users.js';
import { PasswordBody, SignInBody } from './access.dto.js';
import { Attempts } from './attempts.js';
import { IS_SECURE, sessionCookie } from './identification.js';
import { BeforePasswordChange, Needs, Public, Who } from './needs.js';

@Controller('api/v1/session')
export class SessionController {
  private readonly attempts = new Attempts();

  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly audit: Audit,
    @Inject(IS_SECURE) private readonly isSecure: boolean,
  ) {}

  @Public()
  @Post()
  @HttpCode(200)
  async signIn(
    @Body() { name, password }: SignInBody,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    await this.attempts.spend(name, request.ip ?? '');
    const user = await this.users.verify(name, password);
    if (!user) throw new PlatformError(ACCESS.CREDENTIALS_WRONG, 'name or password is wrong', { kind: 'denied' });
    await this.attempts.forgive(name, request.ip ?? '');
    const { cookie, csrf } = await this.sessions.open(user.id);
    response.setHeader('Set-Cookie', this.cookie(cookie));
    await this.audit.record(user.name, 'session.open', user.id);
    return { user: viewOf(user), csrf, mustChangePassword: user.must_change === 1 };
  }

  @Needs('viewer')
  @BeforePasswordChange()
  @Get()
  async current(@Who() principal: Principal): Promise<SessionView> {
    if (!principal.userId)
      throw new PlatformError(ACCESS.SESSION_MISSING, 'a token has no session', { kind: 'absent' });
    const user = viewOf(await this.users.get(principal.userId));
    return { user, csrf: principal.csrf!, mustChangePassword: principal.mustChangePassword };
  }

  @Needs('viewer')
  @BeforePasswordChange()
  @Delete()
  @HttpCode(204)
  async signOut(@Who() { sessionId }: Principal, @Res({ passthrough: true }) response: Response): Promise<void> {
    if (sessionId) await this.sessions.close(sessionId);
    response.setHeader('Set-Cookie', this.cookie('', 0));
  }

  @Needs('viewer')
  @BeforePasswordChange()
  @Post('password')
  @HttpCode(204)
  async changePassword(
    @Body() { current, next }: PasswordBody,
    @Who() { userId, sessionId, name }: Principal,
  ): Promise<void> {
    if (!userId) throw new PlatformError(ACCESS.SESSION_MISSING, 'a token has no password', { kind: 'invalid' });
    await this.users.changePassword(userId, current, next);
    await this.sessions.closeAll(userId, sessionId);
    await this.audit.record(name, 'password.change', userId);
  }

  private cookie(value: string, maxAge?: number): string {
    return serialize(sessionCookie(this.isSecure), value, {
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      secure: this.isSecure,
      ...(maxAge !== undefined && { maxAge }),
    });
  }
}
