import { Body, Controller, Header, HttpCode, Param, Post } from '@nestjs/common';
import type { RevealedIdentifier } from '@perennial/contract';
import { IsString, Length } from 'class-validator';
import { Audit, Needs, Scope, Who, type Principal } from '../../access/index.js';
import { publicId } from '../profile.id.js';
import { Profiles } from '../profiles.js';
import { Reveals } from '../reveals.js';

class RevealBody {
  @IsString() @Length(1, 200) reason!: string;
}

/** Plain personal data: with a reason, and written into the audit before it is read. */
@Needs('admin')
@Scope('reveal')
@Controller('api/v1/profiles')
export class RevealController {
  constructor(
    private readonly profiles: Profiles,
    private readonly reveals: Reveals,
    private readonly audit: Audit,
  ) {}

  @Post(':id/identifiers/reveal')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async reveal(
    @Param('id') id: string,
    @Body() { reason }: RevealBody,
    @Who() who: Principal,
  ): Promise<RevealedIdentifier[]> {
    const profile = await this.profiles.resolve(id);
    await this.audit.record(who.name, 'profile.reveal', `${publicId(profile)}: ${reason}`);
    return this.reveals.of(profile);
  }
}
