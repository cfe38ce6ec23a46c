import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { PlatformError, type OpenSessionView, type SessionView } from '@perennial/contract';
import { parse, serialize } from 'cookie';
import type { Request, Response } from 'express';
import { ACCESS } from '../access.errors.js';
import { Attempts } from '../attempts.js';
import { Audit } from '../audit.js';
import { DEVICE_DAYS, Devices } from '../devices.js';
import type { Principal } from '../principal.js';
import { countedFor } from '../rules/attempt.js';
import { Sessions } from '../sessions.js';
import { Users, viewOf } from '../users.js';
import { PasswordBody, SignInBody } from './access.dto.js';
import { addressOf } from './client-address.js';
import { deviceCookie, IS_SECURE, sessionCookie } from './identification.js';
import { BeforePasswordChange, Needs, Public, Who } from './needs.js';

@Controller('api/v1/session')
export class SessionController {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly attempts: Attempts,
    private readonly devices: Devices,
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
    const known = parse(request.headers.cookie ?? '')[deviceCookie(this.isSecure)];
    const user = await this.verify(name, password, known, addressOf(request));
    const place = { address: addressOf(request), agent: request.headers['user-agent'] ?? '' };
    const { cookie, csrf } = await this.sessions.open(user.id, place);
    const device = await this.devices.remember(known, user.id);
    response.setHeader('Set-Cookie', [
      this.cookie(sessionCookie(this.isSecure), cookie),
      this.cookie(deviceCookie(this.isSecure), device, DEVICE_DAYS * 86_400),
    ]);
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

  /** One's own, wherever they were opened. */
  @Needs('viewer')
  @Get('all')
  all(@Who() { userId, sessionId }: Principal): Promise<OpenSessionView[]> {
    return this.sessions.list(operatorOf(userId), sessionId);
  }

  /** Everywhere but here. */
  @Needs('viewer')
  @Delete('others')
  @HttpCode(204)
  async signOutOthers(@Who() { userId, sessionId, name }: Principal): Promise<void> {
    await this.audit.record(name, 'session.close.others', operatorOf(userId));
    await this.sessions.closeAll(operatorOf(userId), sessionId);
  }

  @Needs('viewer')
  @BeforePasswordChange()
  @Delete()
  @HttpCode(204)
  async signOut(@Who() { sessionId, userId, name }: Principal, @Res({ passthrough: true }) response: Response) {
    if (sessionId) {
      await this.audit.record(name, 'session.close', operatorOf(userId));
      await this.sessions.close(sessionId);
    }
    response.setHeader('Set-Cookie', this.cookie(sessionCookie(this.isSecure), '', 0));
  }

  @Needs('viewer')
  @BeforePasswordChange()
  @Post('password')
  @HttpCode(204)
  async changePassword(@Body() { current, next }: PasswordBody, @Who() who: Principal): Promise<void> {
    const userId = operatorOf(who.userId);
    const attempt = await this.attempts.begin([{ counted: 'change', of: userId }]);
    await this.audit.record(who.name, 'password.change', userId);
    await this.users.changePassword(userId, current, next);
    await attempt.succeeded();
    await this.sessions.closeAll(userId, who.sessionId);
  }

  private async verify(name: string, password: string, cookie: string | undefined, address: string) {
    const userId = await this.users.idOf(name);
    const device = await this.devices.find(cookie, userId);
    const attempt = await this.attempts.begin(countedFor({ name, address, ...(device && { device }) }));
    const turn = { lane: device ?? address, isKnown: device !== undefined };
    const user = await this.users.verify(name, password, turn);
    if (!user) {
      // A name that nobody has may be a password that was typed into the wrong field.
      await this.audit.record(userId ? name : '', 'session.refused', userId ?? 'unknown name');
      throw new PlatformError(ACCESS.CREDENTIALS_WRONG, 'name or password is wrong', { kind: 'denied' });
    }
    await attempt.succeeded();
    return user;
  }

  private cookie(name: string, value: string, maxAge?: number): string {
    return serialize(name, value, {
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      secure: this.isSecure,
      ...(maxAge !== undefined && { maxAge }),
    });
  }
}

function operatorOf(userId: string | undefined): string {
  if (!userId) throw new PlatformError(ACCESS.SESSION_MISSING, 'a token has no session', { kind: 'absent' });
  return userId;
}
