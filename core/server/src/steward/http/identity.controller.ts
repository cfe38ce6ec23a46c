import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  PlatformError,
  type ConflictView,
  type HubPreview,
  type HubView,
  type IdentityAct,
  type IdentityChange,
  type IdentityQuality,
  type Page,
  type ResolveAnswer,
} from '@perennial/contract';
import { ACCESS, Audit, LookupGate, Needs, Who, type Principal } from '../../access/index.js';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { Sources } from '../../source/index.js';
import { Acts } from '../acts.js';
import { Conflicts } from '../conflicts.js';
import { Hubs } from '../hubs.js';
import { IdentityViews } from '../identity.views.js';
import { Lookups } from '../lookups.js';
import { Quality } from '../quality.js';
import { LinkBody, ReasonBody, ResolveBody, SettleBody } from './steward.dto.js';

/** One ID as a whole: look-ups, conflicts, hubs, acts and how good it is. */
@Controller('api/v1/identity')
export class IdentityController {
  constructor(
    private readonly lookups: Lookups,
    private readonly acts: Acts,
    private readonly conflicts: Conflicts,
    private readonly hubs: Hubs,
    private readonly views: IdentityViews,
    private readonly quality: Quality,
    private readonly sources: Sources,
    private readonly audit: Audit,
    private readonly gate: LookupGate,
  ) {}

  @Needs('viewer')
  @Post('resolve')
  @HttpCode(200)
  async resolve(@Body() { identifiers }: ResolveBody, @Who() who: Principal): Promise<ResolveAnswer> {
    const direct = await this.lookups.direct(identifiers);
    const asked = tally(direct.filter((kind) => kind !== undefined));
    if (asked.size === 0) return this.lookups.resolve(identifiers);
    if (who.role === 'viewer' && !who.tokenId)
      throw new PlatformError(ACCESS.LOOKUP_DENIED, 'lists of phones or e-mails are compared by administrators', {
        kind: 'denied',
      });
    return this.gate.through(who, asked, async () => {
      const answer = await this.lookups.resolve(identifiers);
      return { answer, found: answer.results.filter(({ profileId }, i) => profileId && direct[i]).length };
    });
  }

  @Needs('admin')
  @Post('links')
  @HttpCode(200)
  async link(@Body() { a, b, reason }: LinkBody, @Who() who: Principal): Promise<IdentityChange> {
    const change = await this.acts.link(a, b, { by: who.name, reason });
    await this.audit.record(who.name, 'identity.link', change.actId);
    return change;
  }

  @Needs('admin')
  @Post('links/cut')
  @HttpCode(200)
  async cut(@Body() { a, b, reason }: LinkBody, @Who() who: Principal): Promise<IdentityChange> {
    const holder = (await this.views.holders([a])).get(a);
    if (!holder) throw new PlatformError('IDENTITY_LINK_ABSENT', 'nobody holds this link', { kind: 'absent' });
    const change = await this.acts.split(holder, { link: { a, b } }, { by: who.name, reason });
    await this.audit.record(who.name, 'identity.cut', change.actId);
    return change;
  }

  @Needs('viewer')
  @Get('acts')
  async listActs(@Query() query: PageQuery): Promise<Page<IdentityAct>> {
    const { limit, after } = readPage(query, ['instant', 'text']);
    const rows = await this.views.acts(limit + 1, after);
    const page = pageOf(rows, limit, ({ cursor }) => cursor);
    return { ...page, items: page.items.map(({ view }) => view) };
  }

  @Needs('admin')
  @Post('acts/:id/undo')
  @HttpCode(200)
  async undo(@Param('id') id: string, @Body() { reason }: ReasonBody, @Who() who: Principal): Promise<IdentityChange> {
    const change = await this.acts.undo(id, { by: who.name, reason });
    await this.audit.record(who.name, 'identity.undo', id);
    return change;
  }

  @Needs('viewer')
  @Get('conflicts')
  async listConflicts(@Query() query: PageQuery & { status?: string }): Promise<Page<ConflictView>> {
    const { limit, after } = readPage(query, ['instant', 'text']);
    const status = query.status ?? 'open';
    if (status !== 'open' && status !== 'settled') throw invalid('status takes open or settled');
    const rows = await this.conflicts.list(status, limit + 1, after);
    return pageOf(rows, limit, ({ at, id }) => [at, id]);
  }

  @Needs('admin')
  @Post('conflicts/:id/settle')
  @HttpCode(200)
  async settle(
    @Param('id') id: string,
    @Body() { decision, reason }: SettleBody,
    @Who() who: Principal,
  ): Promise<ConflictView> {
    const view = await this.conflicts.settle(id, decision, { by: who.name, reason });
    await this.audit.record(who.name, `identity.settle.${decision}`, id);
    return view;
  }

  @Needs('viewer')
  @Get('hubs')
  async listHubs(@Query() query: PageQuery & { barred?: string }): Promise<Page<HubView>> {
    const { limit, after } = readPage(query, ['number', 'text']);
    const isBarred = query.barred === 'true';
    const rows = await this.hubs.list(isBarred, limit + 1, after);
    const page = pageOf(rows, limit, ({ cursor }) => cursor);
    return { ...page, items: page.items.map(({ view }) => view) };
  }

  @Needs('viewer')
  @Get('hubs/:id/preview')
  previewHub(@Param('id') id: string): Promise<HubPreview> {
    return this.hubs.preview(id);
  }

  @Needs('admin')
  @Post('hubs/:id/bar')
  @HttpCode(200)
  async bar(@Param('id') id: string, @Body() { reason }: ReasonBody, @Who() who: Principal): Promise<IdentityChange> {
    const change = await this.acts.bar(id, { by: who.name, reason });
    await this.audit.record(who.name, 'identity.bar', id);
    return change;
  }

  @Needs('admin')
  @Post('hubs/:id/unbar')
  @HttpCode(200)
  async unbar(@Param('id') id: string, @Body() { reason }: ReasonBody, @Who() who: Principal): Promise<IdentityChange> {
    const change = await this.acts.unbar(id, { by: who.name, reason });
    await this.audit.record(who.name, 'identity.unbar', id);
    return change;
  }

  @Needs('viewer')
  @Get('quality')
  async readQuality(): Promise<IdentityQuality> {
    const sources = await this.sources.list();
    return this.quality.read(sources.map(({ id, title }) => ({ id, title })));
  }
}

function tally(kinds: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

const invalid = (message: string): PlatformError => new PlatformError('REQUEST_INVALID', message, { kind: 'invalid' });
