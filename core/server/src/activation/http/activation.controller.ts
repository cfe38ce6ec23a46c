import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  DELIVERY_STATUSES,
  type ActivationView,
  type DeliveryView,
  type DestinationView,
  type Page,
  type TriggerView,
} from '@perennial/contract';
import { formOf } from '@perennial/kit';
import { Audit, mayActAs, Needs, Who, type Principal } from '../../access/index.js';
import { Host, maskAddresses } from '../../host/index.js';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { Deliveries } from '../deliveries.js';
import { Destinations } from '../destinations.js';
import { Dispatcher } from '../dispatcher.js';
import { Triggers } from '../triggers.js';
import { DestinationBody, DestinationChange, ReplayBody, TriggerBody, TriggerChange } from './activation.dto.js';

@Controller('api/v1')
export class ActivationController {
  constructor(
    private readonly host: Host,
    private readonly destinations: Destinations,
    private readonly triggers: Triggers,
    private readonly deliveries: Deliveries,
    private readonly dispatcher: Dispatcher,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get('activations')
  offered(): ActivationView[] {
    return [...this.host.activations.values()].map(({ plugin, facts }) => ({
      key: facts.key,
      plugin,
      title: facts.title,
      fields: formOf(facts.destination),
      payloadFields: facts.payload ? formOf(facts.payload) : [],
    }));
  }

  @Needs('viewer')
  @Get('destinations')
  async listDestinations(@Who() who: Principal): Promise<DestinationView[]> {
    const list = await this.destinations.list();
    return mayActAs(who, 'admin') ? list : list.map((one) => ({ ...one, options: maskAddresses(one.options) }));
  }

  @Needs('admin')
  @Post('destinations')
  async createDestination(@Body() body: DestinationBody, @Who() who: Principal): Promise<DestinationView> {
    const created = await this.destinations.create(body);
    await this.audit.record(who.name, 'destination.create', created.id);
    return created;
  }

  @Needs('admin')
  @Patch('destinations/:id')
  async changeDestination(
    @Param('id') id: string,
    @Body() body: DestinationChange,
    @Who() who: Principal,
  ): Promise<DestinationView> {
    await this.audit.record(who.name, 'destination.change', id);
    return this.destinations.update(id, body);
  }

  @Needs('admin')
  @Delete('destinations/:id')
  @HttpCode(204)
  async removeDestination(@Param('id') id: string, @Who() who: Principal): Promise<void> {
    await this.audit.record(who.name, 'destination.remove', id);
    await this.destinations.remove(id);
    await this.triggers.load();
  }

  @Needs('viewer')
  @Get('triggers')
  listTriggers(): Promise<TriggerView[]> {
    return this.triggers.list();
  }

  @Needs('admin')
  @Post('triggers')
  async createTrigger(@Body() body: TriggerBody, @Who() who: Principal): Promise<TriggerView> {
    const created = await this.triggers.create(body);
    await this.audit.record(who.name, 'trigger.create', created.id);
    return created;
  }

  @Needs('admin')
  @Patch('triggers/:id')
  async changeTrigger(
    @Param('id') id: string,
    @Body() body: TriggerChange,
    @Who() who: Principal,
  ): Promise<TriggerView> {
    await this.audit.record(who.name, 'trigger.change', id);
    return this.triggers.update(id, body);
  }

  @Needs('admin')
  @Delete('triggers/:id')
  @HttpCode(204)
  async removeTrigger(@Param('id') id: string, @Who() who: Principal): Promise<void> {
    await this.audit.record(who.name, 'trigger.remove', id);
    await this.triggers.remove(id);
  }

  @Needs('viewer')
  @Get('deliveries')
  async listDeliveries(
    @Query() query: PageQuery & { status?: string; destination?: string },
  ): Promise<Page<DeliveryView>> {
    const { limit, after } = readPage(query, ['instant', 'text']);
    const status = DELIVERY_STATUSES.find((known) => known === query.status);
    const filter = { ...(status && { status }), ...(query.destination && { destinationId: query.destination }) };
    return pageOf(await this.deliveries.list(filter, limit + 1, after), limit, ({ createdAt, id }) => [createdAt, id]);
  }

  @Needs('admin')
  @Post('deliveries/replay')
  @HttpCode(200)
  async replay(@Body() { ids }: ReplayBody, @Who() who: Principal): Promise<{ replayed: number }> {
    await this.audit.record(who.name, 'delivery.replay', `${ids.length} deliveries`);
    const replayed = await this.deliveries.replay(ids, Date.now());
    this.dispatcher.nudge();
    return { replayed };
  }
}
