import type { AudienceDefinition } from '@perennial/contract';
import type { Triggers } from '../activation/index.js';
import type { Titles } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import type { Overviews } from '../overview/overview.js';
import type { Profiles } from '../profile/profiles.js';
import type { Zone } from '../time/zone.js';
import type { TagColumns } from '../warehouse/index.js';
import { TagsController } from './http/tags.controller.js';
import { Releases } from './releases.js';
import { TagRuns, type RunTools } from './runs.js';
import { Shelf } from './shelf.js';
import { TagUses } from './uses.js';
import { ManualValues } from './values.js';
import { TagViews } from './views.js';

export interface TaggingTools extends RunTools {
  definitions: Definitions;
  profiles: Profiles;
  overviews: Overviews;
  triggers: Triggers;
  audiences: () => readonly AudienceDefinition[];
  models: () => ReadonlySet<string>;
  titles: () => Titles;
  columns: TagColumns;
  zone: Zone;
  now: () => number;
}

/** Everything by which people look after tags. */
export class Tagging {
  readonly runs: TagRuns;
  readonly uses: TagUses;
  readonly releases: Releases;
  readonly views: TagViews;
  readonly values: ManualValues;
  readonly shelf: Shelf;

  constructor(tools: TaggingTools) {
    this.runs = new TagRuns(tools);
    this.uses = new TagUses(tools);
    const all = { ...tools, runs: this.runs, uses: this.uses };
    this.releases = new Releases(all);
    this.views = new TagViews(all);
    this.values = new ManualValues(all);
    this.shelf = new Shelf({ ...tools, releases: this.releases });
  }

  /** What its controllers are given, by injection token. */
  services(): [token: unknown, service: unknown][] {
    const { runs, uses, releases, views, values, shelf } = this;
    return [runs, uses, releases, views, values, shelf].map((one) => [one.constructor, one]);
  }
}

export const TAGGING_CONTROLLERS = [TagsController];
