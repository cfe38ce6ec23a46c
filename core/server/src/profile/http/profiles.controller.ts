import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  PlatformError,
  type MoveView,
  type Page,
  type ProfileDetail,
  type ProfileSummary,
  type TimelineItem,
} from '@perennial/contract';
import { IsString, Length } from 'class-validator';
import { LookupGate, Needs, Who, type Principal } from '../../access/index.js';
import { Definitions } from '../../fold/definitions.js';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { Warehouse } from '../../warehouse/index.js';
import { readPublicId } from '../profile.id.js';
import { Profiles } from '../profiles.js';
import { readTimeline, TIMELINE_KINDS, type TimelineKind } from '../timeline.js';

const MAX_QUERY = 255;

class SearchBody {
  @IsString() @Length(1, MAX_QUERY) text!: string;
}

@Needs('viewer')
@Controller('api/v1/profiles')
export class ProfilesController {
  constructor(
    private readonly profiles: Profiles,
    private readonly warehouse: Warehouse,
    private readonly definitions: Definitions,
    private readonly gate: LookupGate,
  ) {}

  @Get()
  async list(
    @Query() query: PageQuery & { q?: string; lifecycle?: string; stage?: string },
  ): Promise<Page<ProfileSummary>> {
    if (query.q && query.q.length <= MAX_QUERY) return { items: await this.searchOpenly(query.q) };
    if (query.stage) {
      const { limit, after } = readPage(query, 'number');
      const rows = await this.profiles.inStage(query.lifecycle ?? 'default', query.stage, limit + 1, after);
      return pageOf(rows, limit, ({ id }) => readPublicId(id)!);
    }
    const { limit, after } = readPage(query, ['instant', 'number']);
    const rows = await this.profiles.latest(limit + 1, after);
    return pageOf(rows, limit, ({ lastSeenAt, id }) => [lastSeenAt, readPublicId(id)!]);
  }

  /** Phones and e-mails come in the body: addresses lie in the logs of proxies and in browsers' histories. */
  @Post('search')
  @HttpCode(200)
  async search(@Body() { text }: SearchBody, @Who() who: Principal): Promise<Page<ProfileSummary>> {
    const open = await this.profiles.search(text, ['open']);
    const kinds = this.profiles.personalKinds(text);
    if (open.length > 0 || kinds.length === 0) return { items: open };
    const items = await this.gate.through(who, new Map([[kinds[0]!, 1]]), async () => {
      const answer = await this.profiles.search(text, ['personal']);
      return { answer, found: Math.min(1, answer.length) };
    });
    return { items };
  }

  @Get(':id')
  get(@Param('id') id: string): Promise<ProfileDetail> {
    return this.profiles.get(id);
  }

  @Get(':id/moves')
  moves(@Param('id') id: string): Promise<MoveView[]> {
    return this.profiles.moves(id);
  }

  @Get(':id/timeline')
  async timeline(@Param('id') id: string, @Query() query: PageQuery & { kinds?: string }): Promise<Page<TimelineItem>> {
    const { limit, after } = readPage(query, ['instant', 'number']);
    const numbers = await this.profiles.numbersOf(id);
    const rows = await readTimeline(this.warehouse, this.definitions, {
      numbers,
      kinds: readKinds(query.kinds),
      limit: limit + 1,
      before: after,
    });
    const page = pageOf(rows, limit, ({ cursor }) => cursor);
    return { ...page, items: page.items.map(({ item }) => item) };
  }

  private searchOpenly(text: string): Promise<ProfileSummary[]> {
    if (this.profiles.isPersonal(text))
      throw new PlatformError('PROFILE_SEARCH_IN_ADDRESS', 'phones and e-mails are searched by POST', {
        kind: 'invalid',
      });
    return this.profiles.search(text, ['open']);
  }
}

function readKinds(text: string | undefined): TimelineKind[] {
  const kinds = text === undefined ? [...TIMELINE_KINDS] : text.split(',');
  const isKnown = (kind: string): kind is TimelineKind => (TIMELINE_KINDS as readonly string[]).includes(kind);
  if (kinds.length === 0 || !kinds.every(isKnown))
    throw new PlatformError('REQUEST_INVALID', `kinds takes ${TIMELINE_KINDS.join(', ')}`, { kind: 'invalid' });
  return kinds;
}
