import { Controller, Get, Param, Query } from '@nestjs/common';
import {
  PlatformError,
  type MoveView,
  type Page,
  type ProfileDetail,
  type ProfileSummary,
  type TimelineItem,
} from '@perennial/contract';
import { Needs } from '../../access/index.js';
import { Definitions } from '../../fold/definitions.js';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { Warehouse } from '../../warehouse/index.js';
import { readPublicId } from '../profile.id.js';
import { Profiles } from '../profiles.js';
import { readTimeline, TIMELINE_KINDS, type TimelineKind } from '../timeline.js';

const MAX_QUERY = 255;

@Needs('viewer')
@Controller('api/v1/profiles')
export class ProfilesController {
  constructor(
    private readonly profiles: Profiles,
    private readonly warehouse: Warehouse,
    private readonly definitions: Definitions,
  ) {}

  @Get()
  async list(
    @Query() query: PageQuery & { q?: string; lifecycle?: string; stage?: string },
  ): Promise<Page<ProfileSummary>> {
    if (query.q && query.q.length <= MAX_QUERY) return { items: await this.profiles.search(query.q) };
    if (query.stage) {
      const { limit, after } = readPage(query, 'number');
      const rows = await this.profiles.inStage(query.lifecycle ?? 'default', query.stage, limit + 1, after);
      return pageOf(rows, limit, ({ id }) => readPublicId(id)!);
    }
    const { limit, after } = readPage(query, ['instant', 'number']);
    const rows = await this.profiles.latest(limit + 1, after);
    return pageOf(rows, limit, ({ lastSeenAt, id }) => [lastSeenAt, readPublicId(id)!]);
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
}

function readKinds(text: string | undefined): TimelineKind[] {
  const kinds = text === undefined ? [...TIMELINE_KINDS] : text.split(',');
  const isKnown = (kind: string): kind is TimelineKind => (TIMELINE_KINDS as readonly string[]).includes(kind);
  if (kinds.length === 0 || !kinds.every(isKnown))
    throw new PlatformError('REQUEST_INVALID', `kinds takes ${TIMELINE_KINDS.join(', ')}`, { kind: 'invalid' });
  return kinds;
}
