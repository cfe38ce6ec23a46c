import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Post, Query } from '@nestjs/common';
import { type AssignmentCounts, type AssignmentDetail, type AssignmentView, type Page } from '@perennial/contract';
import { Audit, Needs, Scope, Who, type Principal } from '../../access/index.js';
import { pageOf, readPage } from '../../http/page.js';
import { Profiles } from '../../profile/profiles.js';
import { AssignmentActs } from '../acts.js';
import { Assignments, type AssignmentFilter } from '../assignments.js';
import { AssignmentQuery, CloseBody, CountsQuery, HandOverBody, NoteBody } from './consultant.dto.js';

/** Acts are open to every operator by role; the room allows them to consultants for what is theirs, and to admins. */
@Needs('viewer')
@Controller('api/v1/assignments')
export class AssignmentsController {
  constructor(
    private readonly assignments: Assignments,
    private readonly acts: AssignmentActs,
    private readonly profiles: Profiles,
    private readonly audit: Audit,
  ) {}

  @Get()
  async list(@Query() query: AssignmentQuery, @Who() who: Principal): Promise<Page<AssignmentView>> {
    const { limit, after } = readPage(query, ['instant', 'number']);
    const rows = await this.assignments.list(await this.filterOf(query), limit + 1, after, who);
    const page = pageOf(rows, limit, ({ place }) => place);
    return { ...page, items: page.items.map(({ view }) => view) };
  }

  @Get('counts')
  counts(@Query() { view }: CountsQuery, @Who() who: Principal): Promise<AssignmentCounts> {
    return this.assignments.counts(view, who);
  }

  @Get('of/:profile')
  async ofProfile(@Param('profile') profile: string, @Who() who: Principal): Promise<AssignmentView[]> {
    return this.assignments.ofProfile(await this.profiles.resolve(profile), who);
  }

  @Get(':id')
  get(@Param('id', ParseIntPipe) id: number, @Who() who: Principal): Promise<AssignmentDetail> {
    return this.assignments.get(id, who);
  }

  @Scope('manage')
  @Post(':id/take')
  @HttpCode(200)
  take(@Param('id', ParseIntPipe) id: number, @Who() who: Principal): Promise<AssignmentDetail> {
    return this.done('take', id, who, () => this.acts.take(id, who));
  }

  @Scope('manage')
  @Post(':id/contact')
  @HttpCode(200)
  contact(
    @Param('id', ParseIntPipe) id: number,
    @Body() { note }: NoteBody,
    @Who() who: Principal,
  ): Promise<AssignmentDetail> {
    return this.done('contact', id, who, () => this.acts.contact(id, who, note));
  }

  @Scope('manage')
  @Post(':id/close')
  @HttpCode(200)
  close(
    @Param('id', ParseIntPipe) id: number,
    @Body() body: CloseBody,
    @Who() who: Principal,
  ): Promise<AssignmentDetail> {
    return this.done('close', id, who, () => this.acts.close(id, who, body));
  }

  @Scope('manage')
  @Post(':id/hand-over')
  @HttpCode(200)
  handOver(
    @Param('id', ParseIntPipe) id: number,
    @Body() { to, reason }: HandOverBody,
    @Who() who: Principal,
  ): Promise<AssignmentDetail> {
    return this.done('hand-over', id, who, () => this.acts.handOver(id, who, to, reason));
  }

  @Scope('manage')
  @Post(':id/reopen')
  @HttpCode(200)
  reopen(
    @Param('id', ParseIntPipe) id: number,
    @Body() { note }: NoteBody,
    @Who() who: Principal,
  ): Promise<AssignmentDetail> {
    return this.done('reopen', id, who, () => this.acts.reopen(id, who, note));
  }

  private async done(name: string, id: number, who: Principal, act: () => Promise<void>): Promise<AssignmentDetail> {
    await this.audit.record(who.name, `assignment.${name}`, String(id));
    await act();
    return this.assignments.get(id, who);
  }

  private async filterOf({ view, profile, isOverdue, ...rest }: AssignmentQuery): Promise<AssignmentFilter> {
    const { status, consultant, rule, shop } = rest;
    return {
      view,
      ...(status && { status }),
      ...(consultant && { consultant }),
      ...(rule && { rule }),
      ...(shop && { shop }),
      ...(profile && { profile: await this.profiles.resolve(profile) }),
      ...(isOverdue === 'true' && { isOverdue: true }),
    };
  }
}
