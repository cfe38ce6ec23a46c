import type { DataSource } from 'typeorm';
import type { KeyRing } from '../identity/index.js';
import type { IngestTools, Outcome } from '../ingest/index.js';
import type { Profiles } from '../profile/profiles.js';
import type { Appender, Warehouse } from '../warehouse/index.js';
import { Acts } from './acts.js';
import { Conflicts } from './conflicts.js';
import { IdentityController } from './http/identity.controller.js';
import { ProfileIdentityController } from './http/profile-identity.controller.js';
import { RulesController } from './http/rules.controller.js';
import { Hubs } from './hubs.js';
import { IdentityViews } from './identity.views.js';
import { Lookups } from './lookups.js';
import { Quality } from './quality.js';
import { Regroup } from './regroup.js';
import { RuleRuns } from './runs.js';

export interface StewardTools {
  dataSource: DataSource;
  warehouse: Warehouse;
  appender: Appender;
  profiles: Profiles;
  keys: KeyRing;
  ingestTools: () => IngestTools;
  afterCommit: (outcome: Outcome) => void;
  onError: (error: unknown) => void;
}

/** Everything by which people look after the identity graph. */
export class Steward {
  readonly regroup: Regroup;
  readonly acts: Acts;
  readonly identityViews: IdentityViews;
  readonly conflicts: Conflicts;
  readonly hubs: Hubs;
  readonly ruleRuns: RuleRuns;
  readonly lookups: Lookups;
  readonly quality: Quality;

  constructor(tools: StewardTools) {
    this.regroup = new Regroup(tools);
    this.acts = new Acts(this.regroup, tools.keys);
    this.identityViews = new IdentityViews(tools);
    const { regroup, acts, identityViews } = this;
    const all = { ...tools, regroup, acts, identityViews };
    this.conflicts = new Conflicts(all);
    this.hubs = new Hubs(all);
    this.ruleRuns = new RuleRuns(all);
    this.lookups = new Lookups(all);
    this.quality = new Quality(all);
  }

  /** What its controllers are given, by injection token. */
  services(): [token: unknown, service: unknown][] {
    const { acts, identityViews, conflicts, hubs, ruleRuns, lookups, quality } = this;
    return [acts, identityViews, conflicts, hubs, ruleRuns, lookups, quality].map((one) => [one.constructor, one]);
  }
}

/** The more particular paths first: `profiles/merge` is no profile's id. */
export const STEWARD_CONTROLLERS = [ProfileIdentityController, IdentityController, RulesController];
