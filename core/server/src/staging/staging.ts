import type { Proposal } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Triggers } from '../activation/index.js';
import type { RuleQueries } from '../audience/index.js';
import type { Titles } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import type { Profiles } from '../profile/profiles.js';
import type { Tagging } from '../tagging/index.js';
import type { Zone } from '../time/zone.js';
import type { Warehouse } from '../warehouse/index.js';
import { LifecycleDetails } from './details.js';
import { LifecyclePreviews } from './preview/previews.js';
import { Publishing } from './publishing.js';
import { Restores } from './restores.js';
import { StageReasons } from './why.js';
import { propose } from './wizard.js';

export interface StagingTools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  triggers: Triggers;
  profiles: Profiles;
  queries: RuleQueries;
  tagging: Tagging;
  titles: () => Titles;
  zone: Zone;
  now: () => number;
}

/** Thresholds from the enterprise's own data. */
export class Wizard {
  constructor(private readonly tools: Pick<StagingTools, 'warehouse' | 'zone' | 'now'>) {}

  propose(): Promise<Proposal[]> {
    return propose(this.tools);
  }
}

/** Everything by which people look after lifecycles. */
export class Staging {
  readonly publishing: Publishing;
  readonly previews: LifecyclePreviews;
  readonly restores: Restores;
  readonly details: LifecycleDetails;
  readonly reasons: StageReasons;
  readonly wizard: Wizard;

  constructor(tools: StagingTools) {
    const { releases, shelf, runs } = tools.tagging;
    this.details = new LifecycleDetails({ ...tools, runs });
    this.publishing = new Publishing({ ...tools, releases, shelf, runs, details: this.details });
    this.previews = new LifecyclePreviews({ ...tools, publishing: this.publishing });
    const { publishing, previews } = this;
    this.restores = new Restores({ ...tools, releases, publishing, previews });
    this.reasons = new StageReasons(tools);
    this.wizard = new Wizard(tools);
  }

  /** What its controllers are given, by injection token. */
  services(): [token: unknown, service: unknown][] {
    const { publishing, previews, restores, details, reasons, wizard } = this;
    return [publishing, previews, restores, details, reasons, wizard].map((one) => [one.constructor, one]);
  }
}
