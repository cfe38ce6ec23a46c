import type { IdentifierKind } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Triggers } from '../activation/index.js';
import type { Titles } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import type { KeyRing } from '../identity/index.js';
import type { IngestTools, Outcome } from '../ingest/index.js';
import type { Profiles } from '../profile/profiles.js';
import type { Releases } from '../tagging/index.js';
import type { Zone } from '../time/zone.js';
import type { TagColumns, Warehouse } from '../warehouse/index.js';
import { Audiences } from './audiences.js';
import { Counting } from './counting.js';
import { Exporting } from './exporting.js';
import { AudiencesController } from './http/audiences.controller.js';
import { LiveKeeping } from './live-keeping.js';
import { RuleQueries } from './rule-queries.js';
import { Vocabularies } from './vocabulary.js';
import { MembershipReasons } from './why.js';

export interface AudienceTools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  profiles: Profiles;
  triggers: Triggers;
  releases: Releases;
  columns: TagColumns;
  keys: Pick<KeyRing, 'decrypt'>;
  kinds: () => readonly IdentifierKind[];
  titles: () => Titles;
  ingestTools: () => IngestTools;
  afterCommit: (outcome: Outcome) => void;
  zone: Zone;
  now: () => number;
}

/** Everything about audiences. */
export class AudienceRoom {
  readonly keeping: LiveKeeping;
  readonly audiences: Audiences;
  readonly queries: RuleQueries;
  readonly counting: Counting;
  readonly exporting: Exporting;
  readonly reasons: MembershipReasons;
  readonly vocabularies: Vocabularies;

  constructor(tools: AudienceTools) {
    this.keeping = new LiveKeeping(tools);
    const kinds = () => new Set(tools.kinds().map(({ key }) => key));
    this.audiences = new Audiences({ ...tools, kinds, keeping: this.keeping });
    const all = { ...tools, audiences: this.audiences, keeping: this.keeping };
    this.queries = new RuleQueries(all);
    this.counting = new Counting({ ...all, queries: this.queries });
    this.exporting = new Exporting({ ...tools, counting: this.counting });
    this.reasons = new MembershipReasons({ ...all, queries: this.queries });
    this.vocabularies = new Vocabularies(tools);
  }

  /** What its controllers are given, by injection token. */
  services(): [token: unknown, service: unknown][] {
    const { audiences, queries, counting, exporting, reasons, vocabularies } = this;
    return [audiences, queries, counting, exporting, reasons, vocabularies].map((one) => [one.constructor, one]);
  }
}

export const AUDIENCE_CONTROLLERS = [AudiencesController];
