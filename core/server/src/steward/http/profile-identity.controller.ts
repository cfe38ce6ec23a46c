import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { PlatformError, type IdentityChange, type ProfileIdentity, type SplitPreview } from '@perennial/contract';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { Profiles } from '../../profile/profiles.js';
import { Acts } from '../acts.js';
import { IdentityViews } from '../identity.views.js';
import { MergeBody, SplitBody } from './steward.dto.js';

/** Whom a profile is made of, and how to part or join people. */
@Controller('api/v1/profiles')
export class ProfileIdentityController {
  constructor(
    private readonly profiles: Profiles,
    private readonly views: IdentityViews,
    private readonly acts: Acts,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get(':id/identity')
  async identity(@Param('id') id: string): Promise<ProfileIdentity> {
    return this.views.profile(await this.profiles.resolve(id));
  }

  @Needs('admin')
  @Post(':id/split/preview')
  @HttpCode(200)
  async preview(@Param('id') id: string, @Body() body: SplitBody): Promise<SplitPreview> {
    const profile = await this.profiles.resolve(id);
    const { plan } = await this.acts.planSplit(profile, oneWay(body));
    return this.views.preview(profile, plan);
  }

  @Needs('admin')
  @Post(':id/split')
  @HttpCode(200)
  async split(@Param('id') id: string, @Body() body: SplitBody, @Who() who: Principal): Promise<IdentityChange> {
    if (!body.reason) throw invalid('a reason is required');
    const profile = await this.profiles.resolve(id);
    const change = await this.acts.split(profile, oneWay(body), { by: who.name, reason: body.reason });
    await this.audit.record(who.name, 'profile.split', id);
    return change;
  }

  @Needs('admin')
  @Post('merge')
  @HttpCode(200)
  async merge(@Body() { profiles, reason, isForced }: MergeBody, @Who() who: Principal): Promise<IdentityChange> {
    const [one, other] = [await this.profiles.resolve(profiles[0]), await this.profiles.resolve(profiles[1])];
    if (one === other) throw invalid('the two are one profile already');
    const change = await this.acts.merge(one, other, { by: who.name, reason }, isForced);
    await this.audit.record(who.name, 'profile.merge', profiles.join(','));
    return change;
  }
}

function oneWay(body: SplitBody): SplitBody {
  if ((body.link === undefined) === (body.identifiers === undefined))
    throw invalid('give either the ends of a link or the identifiers of somebody else');
  return body;
}

const invalid = (message: string): PlatformError => new PlatformError('REQUEST_INVALID', message, { kind: 'invalid' });
