import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { Deliveries, Destinations, Dispatcher, Triggers } from './activation/index.js';
import { newSecret } from './access/rules/secret.js';
import { natsOptionsOf, readOrMake } from './config/index.js';
import { titlesOf, type Titles } from './definition/index.js';
import { ServerClock, TakingBack } from './clock/index.js';
import { AudienceRoom } from './audience/index.js';
import { Catalogue, LookUp } from './catalogue/index.js';
import { ConsultantRoom } from './consultant/index.js';
import { Definitions } from './fold/definitions.js';
import { Host } from './host/index.js';
import { Models } from './host/models.js';
import { PluginOptions } from './host/plugin-options.js';
import { CORE_KINDS, KeyRing, kindTable, type KindTable } from './identity/index.js';
import { Rulebooks } from './identity/store/rulebook.store.js';
import { Ingest, LogDoor, NatsIntake, type IngestTools, type Outcome } from './ingest/index.js';
import { Quarantine } from './ingest/quarantine.js';
import { FIVE_STAGES } from './lifecycle/index.js';
import { Keys, type KeySource } from './keys/index.js';
import { LiveFeed } from './live/live-feed.js';
import { Outbox } from './outbox/index.js';
import { Overviews } from './overview/overview.js';
import { Profiles } from './profile/profiles.js';
import { Analysis } from './analysis/index.js';
import { Staging } from './staging/index.js';
import { Steward } from './steward/index.js';
import { EdgeRoom, Imports, ImportStore, Pulls, Sources, uploadsOf } from './source/index.js';
import { Jobs } from './jobs/jobs.js';
import { TAG_LIBRARY } from './tag/index.js';
import { Tagging } from './tagging/index.js';
import { HistoryGate, isHistory } from './timer/history-gate.js';
import { Timers } from './timer/timers.js';
import { Zone } from './time/zone.js';
import { Appender, FoldIn, TagColumns, type Warehouse } from './warehouse/index.js';
import { appenderOf, openRecord, quotaOf, warehouseOf, type PlatformOptions } from './platform.options.js';
import { StoresRoom } from './stores/index.js';
import { VERSION } from './version.js';

export type { PlatformOptions };

/** All services of core, made in the order in which they need each other. This is the only place that knows them all. */
export class Platform {
  readonly now: () => number;
  readonly zone: Zone;
  readonly host: Host;
  readonly keys: KeyRing;
  readonly keyCare: Keys;
  readonly kinds: KindTable;
  readonly rulebooks: Rulebooks;
  readonly collectorSecret: string;
  readonly gate: HistoryGate;
  readonly live: LiveFeed;
  readonly definitions: Definitions;
  readonly catalogue: Catalogue;
  private readonly lookUp = new LookUp();
  readonly warehouse: Warehouse;
  private isWarehousePrepared = false;
  readonly appender: Appender;
  readonly stores: StoresRoom;
  readonly outbox: Outbox;
  readonly triggers: Triggers;
  readonly deliveries: Deliveries;
  readonly destinations: Destinations;
  readonly dispatcher: Dispatcher;
  readonly ingest: Ingest;
  readonly logDoor: LogDoor;
  readonly natsIntake: NatsIntake | undefined;
  readonly quarantine: Quarantine;
  readonly timers: Timers;
  readonly sources: Sources;
  readonly edge: EdgeRoom;
  readonly imports: Imports;
  readonly pluginOptions: PluginOptions;
  readonly models: Models;
  readonly profiles: Profiles;
  readonly overviews: Overviews;
  readonly foldIn: FoldIn;
  readonly steward: Steward;
  readonly takingBack: TakingBack;
  readonly columns: TagColumns;
  readonly tagging: Tagging;
  readonly audienceRoom: AudienceRoom;
  readonly staging: Staging;
  readonly analysis: Analysis;
  readonly consultantRoom: ConsultantRoom;
  readonly pulls: Pulls;
  readonly jobs: Jobs;

  private constructor(
    readonly dataSource: DataSource,
    readonly options: PlatformOptions,
    source: KeySource,
    readonly clock: ServerClock,
  ) {
    const { config, plugins, onError } = options;
    const now = (this.now = clock.now);
    const report = (room: string) => (error: unknown) => onError(room, error);
    const place = (name: string) => join(config.dataDir, name);
    this.zone = new Zone(config.timeZone);
    this.host = new Host(plugins, VERSION);
    const kinds = [...CORE_KINDS, ...this.host.identifierKinds()];
    this.kinds = kindTable(kinds);
    this.rulebooks = new Rulebooks(kinds);
    this.keys = new KeyRing(source.read(), () => source.read());
    this.keyCare = new Keys({ dataSource, keys: this.keys, source, onError: report('keys') });
    this.collectorSecret = config.collectorSecret ?? readOrMake(place('collector.secret'), newSecret);
    this.gate = new HistoryGate(config.settleSeconds * 1000, now);
    this.live = new LiveFeed(now);
    this.definitions = new Definitions(dataSource, this.zone);
    this.catalogue = new Catalogue({ dataSource, now });
    this.warehouse = warehouseOf(options);
    this.appender = appenderOf(dataSource, this.warehouse, options, now);
    this.stores = new StoresRoom(this);
    this.outbox = new Outbox(dataSource, this.host.subscribers, now, report('outbox'));
    this.triggers = new Triggers(dataSource, now);
    this.deliveries = new Deliveries(dataSource);
    this.destinations = new Destinations(dataSource, this.host, this.keys, now, config.privateDestinations);
    const { host, destinations, deliveries } = this;
    this.dispatcher = new Dispatcher(dataSource, host, destinations, deliveries, now, report('activation'));
    const tools = () => this.ingestTools();
    const afterCommit = (outcome: Outcome) => this.afterCommit(outcome);
    const mayTake = () => this.stores.pairing.isMet;
    const { batchEvents } = config;
    this.ingest = new Ingest(dataSource, tools, afterCommit, { batchEvents, maxWaiting: 50_000, mayTake });
    this.logDoor = this.makeLogDoor();
    this.natsIntake = this.makeNatsIntake();
    this.quarantine = this.makeQuarantine();
    this.timers = this.makeTimers(tools, afterCommit);

    this.sources = new Sources(dataSource, now, this.keys);
    this.edge = new EdgeRoom(this);
    this.imports = this.makeImports();
    this.pluginOptions = new PluginOptions(dataSource, this.host, this.keys, now);
    this.models = new Models(dataSource, this.host, this.warehouse, tools, afterCommit);
    this.profiles = new Profiles(this);
    this.overviews = new Overviews(this);
    this.foldIn = new FoldIn({ ...this.made(), longestQueryMs: options.longestQueryMs });
    this.steward = new Steward({ ...this.made(), ingestTools: tools, afterCommit, onError: report('identity') });
    this.takingBack = new TakingBack({ dataSource, clock, regroup: this.steward.regroup, onError: report('clock') });
    this.columns = new TagColumns(this.warehouse);
    this.tagging = this.makeTagging(tools, afterCommit);
    this.audienceRoom = this.makeAudiences(tools, afterCommit);
    this.staging = this.makeStaging();
    this.analysis = new Analysis(this);
    this.consultantRoom = this.makeConsultants(tools, afterCommit);
    this.pulls = new Pulls({ ...this.shared(), onError: report('pull') });
    this.jobs = this.makeJobs();
  }

  /** Opens the stores and brings them up to date. Nothing runs by itself before `start`. */
  static async open(options: PlatformOptions): Promise<Platform> {
    const { dataSource, keys, clock } = await openRecord(options);
    const undo = () => (dataSource.isInitialized ? dataSource.destroy() : undefined);
    return new Platform(dataSource, options, keys, clock)
      .load()
      .catch(async (error) => (await undo(), Promise.reject(error)));
  }

  private async load(): Promise<this> {
    await this.keyCare.check();
    await this.stores.meetFirst();
    await this.publishOwn();
    await this.pluginOptions.load();
    await this.triggers.load();
    await this.audienceRoom.audiences.load();
    return this;
  }

  /** The library and what plugins bring; those who were here before a newer version of them get its tags by a run. */
  private async publishOwn(): Promise<void> {
    const { definitions, tagging } = this;
    await definitions.load();
    const before = definitions.program;
    const added = await definitions.publish([...TAG_LIBRARY, ...this.host.tags()], [FIVE_STAGES], this.now());
    await tagging.releases.adopt(before, added, 'platform');
  }

  /** What rules name, in words. */
  private titles(): Titles {
    const { definitions, kinds } = this;
    const audiences = [...this.audienceRoom.audiences.all.values()];
    return titlesOf({ tags: definitions.tagList(), lifecycles: definitions.lifecycleList(), audiences, kinds });
  }

  /** May be repeated until it succeeds, while the warehouse is away. */
  async prepareWarehouse(): Promise<void> {
    if (this.isWarehousePrepared) return;
    await this.stores.pairing.meet();
    await this.columns.ensure(this.definitions.tagList());
    this.isWarehousePrepared = true;
  }

  async start(): Promise<void> {
    await this.prepareWarehouse();
    this.clock.start();
    this.appender.start();
    this.stores.watch.start();
    this.outbox.start();
    this.dispatcher.start();
    this.timers.start();
    this.consultantRoom.desk.start();
    this.pulls.start();
    this.natsIntake?.start();
    this.jobs.start();
    await this.imports.resumeAll();
    await this.steward.ruleRuns.resumeAll();
    this.tagging.runs.next();
    await this.keyCare.resume();
  }

  /** Nothing new is begun, what is under way ends, and what waits stays in the record for the next start. */
  async stop(): Promise<void> {
    this.models.stop();
    this.logDoor.stop();
    await this.natsIntake?.stop();
    await this.takingBack.stop();
    await this.clock.stop();
    await Promise.all([
      this.keyCare.stop(),
      this.steward.ruleRuns.stop(),
      this.tagging.runs.stop(),
      this.imports.stop(),
      this.consultantRoom.desk.stop(),
      this.pulls.stop(),
      this.jobs.stop(),
      this.stores.watch.stop(),
    ]);
    await Promise.all([this.timers.stop(), this.dispatcher.stop(), this.outbox.stop(), this.ingest.idle()]);
    await this.appender.stop();
    await this.warehouse.close();
    await this.dataSource.destroy();
  }

  /** What the services that run by themselves work with. */
  private shared() {
    const { dataSource, host, sources, ingest, models, gate, warehouse, zone, now } = this;
    return { dataSource, host, sources, ingest, models, gate, warehouse, zone, holder: randomUUID(), now };
  }

  private makeLogDoor(): LogDoor {
    const { ingest, appender, clock, options } = this;
    return new LogDoor({
      ingest,
      appender,
      batchEvents: options.config.batchEvents,
      zone: this.zone.offsets,
      clock,
      nats: () => this.natsIntake,
      alongside: (frames, from) => this.edge.findings.writing(frames, from),
      onError: (error) => options.onError('ingest', error),
    });
  }

  private makeQuarantine(): Quarantine {
    const { dataSource, ingest, keys, options, now } = this;
    const planOf = (sourceId: string) => this.edge.settings.blockingPlan(sourceId);
    const wakes = { zone: this.zone.offsets, nudge: () => this.appender.nudge() };
    return new Quarantine({ dataSource, ingest, keys, planOf, now, quota: quotaOf(options.config), ...wakes });
  }

  private makeNatsIntake(): NatsIntake | undefined {
    const { dataSource, logDoor: door, now, options } = this;
    const nats = natsOptionsOf(options.config);
    const onError = (error: unknown) => options.onError('nats', error);
    return nats && new NatsIntake({ nats, dataSource, door, holder: randomUUID(), now, onError });
  }

  private makeJobs(): Jobs {
    const { steward, foldIn, tagging, staging, audienceRoom, options } = this;
    const onError = (error: unknown) => options.onError('jobs', error);
    return new Jobs({
      ...this.shared(),
      hubs: steward.hubs,
      foldIn,
      tagging,
      restores: staging.restores,
      counting: audienceRoom.counting,
      quarantine: this.quarantine,
      quarantineDays: options.config.quarantineDays,
      uploads: this.imports.uploads,
      onError,
    });
  }

  private makeImports(): Imports {
    const { dataSource, host, sources, ingest, gate, zone, now, options } = this;
    const kinds = async () => (await this.rulebooks.latest(dataSource.manager)).kinds;
    const onError = (error: unknown) => options.onError('import', error);
    const { personal } = this.edge;
    const store = new ImportStore(dataSource);
    const uploads = uploadsOf(options.config, store, now);
    return new Imports({ host, store, sources, ingest, gate, uploads, kinds, personal, zone, now, onError });
  }

  private makeTimers(tools: () => IngestTools, afterCommit: (outcome: Outcome) => void): Timers {
    const { dataSource, gate, ingest, appender, options } = this;
    const others = {
      isIngesting: () => ingest.isBusy,
      ingested: () => ingest.idle(),
      isBehind: () => appender.isBehind(0.5),
    };
    return new Timers(dataSource, tools, gate, others, afterCommit, (error) => options.onError('timer', error));
  }

  private makeTagging(ingestTools: () => IngestTools, afterCommit: (outcome: Outcome) => void): Tagging {
    const { definitions, overviews, triggers, foldIn, gate, zone, now, host, options } = this;
    return new Tagging({
      ...this.made(),
      definitions,
      overviews,
      triggers,
      foldIn,
      gate,
      zone,
      now,
      ingestTools,
      afterCommit,
      columns: this.columns,
      audiences: () => [...this.audienceRoom.audiences.all.values()],
      models: () => new Set(host.models.keys()),
      titles: () => this.titles(),
      onError: (error) => options.onError('tag', error),
    });
  }

  private makeAudiences(ingestTools: () => IngestTools, afterCommit: (outcome: Outcome) => void): AudienceRoom {
    const { definitions, triggers, columns, zone, now, rulebooks, tagging } = this;
    const room = new AudienceRoom({
      ...this.made(),
      definitions,
      triggers,
      columns,
      zone,
      now,
      releases: tagging.releases,
      kinds: () => rulebooks.kinds,
      titles: () => this.titles(),
      ingestTools,
      afterCommit,
    });
    triggers.onChange = () => room.keeping.sync('triggers');
    return room;
  }

  private makeStaging(): Staging {
    const { definitions, triggers, tagging, zone, now, audienceRoom } = this;
    const { queries } = audienceRoom;
    const titles = () => this.titles();
    return new Staging({ ...this.made(), definitions, triggers, tagging, queries, zone, now, titles });
  }

  private makeConsultants(ingestTools: () => IngestTools, afterCommit: (outcome: Outcome) => void): ConsultantRoom {
    const { dataSource, outbox, triggers, definitions, zone, now, audienceRoom, options } = this;
    const namable = () => ({
      tags: new Map(definitions.tagList().map((tag) => [tag.key, tag])),
      lifecycles: definitions.lifecycleList(),
      audiences: audienceRoom.audiences.all,
    });
    const onError = (error: unknown) => options.onError('consultant', error);
    return new ConsultantRoom({ dataSource, outbox, triggers, namable, ingestTools, afterCommit, zone, now, onError });
  }

  private made() {
    const { dataSource, warehouse, appender, profiles, keys } = this;
    return { dataSource, warehouse, appender, profiles, keys };
  }

  private ingestTools(): IngestTools {
    const { definitions } = this;
    return {
      get program() {
        return definitions.program;
      },
      refresh: (manager, revision) => definitions.refresh(manager, revision),
      rulebooks: this.rulebooks,
      catalogue: this.lookUp,
      keys: this.keys,
      personal: this.edge.personal,
      now: this.now,
      dueFrom: () => this.gate.dueFrom,
      quota: quotaOf(this.options.config),
      afterApply: async (manager, outcome, now) => {
        if (outcome.applied.some(({ event }) => isHistory(event))) this.gate.loading();
        await this.outbox.write(manager, outcome);
        await this.deliveries.plan(manager, outcome, this.triggers.inForce, now);
        await this.consultantRoom.plan(manager, outcome, now);
        await this.edge.findings.addOverreach(manager, outcome.overreach);
      },
    };
  }

  private afterCommit(outcome: Outcome): void {
    this.appender.nudge();
    this.outbox.nudge();
    this.dispatcher.nudge();
    this.live.publish(outcome);
  }
}
