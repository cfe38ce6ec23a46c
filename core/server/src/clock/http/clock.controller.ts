import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import type { ClockView, TakingBackView } from '@perennial/contract';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { ServerClock } from '../server-clock.js';
import { TakingBack } from '../taking-back.js';

@Controller('api/v1/clock')
export class ClockController {
  constructor(
    private readonly clock: ServerClock,
    private readonly takingBack: TakingBack,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get()
  async read(): Promise<ClockView & { takingBack: TakingBackView }> {
    return { ...(await this.clock.view()), takingBack: this.takingBack.view() };
  }

  @Needs('admin')
  @Post('agree')
  @HttpCode(204)
  async agree(@Who() who: Principal): Promise<void> {
    await this.clock.agree(who.name);
    await this.audit.record(who.name, 'clock.agree', 'server');
  }

  @Needs('admin')
  @Post('take-back')
  @HttpCode(202)
  async takeBack(@Who() who: Principal): Promise<TakingBackView> {
    await this.takingBack.start();
    await this.audit.record(who.name, 'clock.take-back', 'server');
    return this.takingBack.view();
  }
}
