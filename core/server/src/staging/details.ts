import type { LifecycleDefinition, LifecycleDetail, LifecyclePreset, Text } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { conditionWords, type Titles } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import { conditionsOf } from '../lifecycle/index.js';
import { referencesOf, TAG_SHELF } from '../tag/index.js';
import type { TagRuns } from '../tagging/index.js';
import { presetsWith } from './presets/industries.js';
import type { Thresholds } from './presets/five.js';
import { absent } from './staging.errors.js';

interface Tools {
  dataSource: DataSource;
  definitions: Definitions;
  runs: TagRuns;
  titles: () => Titles;
}

/** Lifecycles as operators see them. */
export class LifecycleDetails {
  constructor(private readonly tools: Tools) {}

  async get(key: string): Promise<LifecycleDetail> {
    const definition = this.tools.definitions.lifecycleList().find((lifecycle) => lifecycle.key === key);
    if (!definition) throw absent(key);
    const run = (await this.tools.runs.list()).find(({ lifecycles }) => lifecycles.includes(key));
    return {
      definition,
      words: this.words(definition),
      versions: await this.versions(key),
      ...(run && { run }),
    };
  }

  presets(own: Partial<Thresholds>): LifecyclePreset[] {
    return presetsWith(own).map((definition) => ({ definition, needs: this.needsOf(definition) }));
  }

  /** Tags of the shelf that a lifecycle reads and that are not in force. */
  needsOf(definition: LifecycleDefinition): string[] {
    const inForce = new Set(this.tools.definitions.tagList().map(({ key }) => key));
    const read = new Set(conditionsOf(definition).flatMap(([, condition]) => referencesOf(condition).tags));
    return TAG_SHELF.map(({ key }) => key).filter((key) => read.has(key) && !inForce.has(key));
  }

  private words({ stages }: LifecycleDefinition): Record<string, Text> {
    const titles = this.tools.titles();
    return Object.fromEntries(
      stages.flatMap(({ key, when, subStages = [] }) => [
        ...(when ? [[key, conditionWords(when, titles)] as const] : []),
        ...subStages.map((sub) => [`${key}/${sub.key}`, conditionWords(sub.when, titles)] as const),
      ]),
    );
  }

  private async versions(key: string): Promise<LifecycleDetail['versions']> {
    const rows = await this.tools.dataSource.query<VersionRow[]>(
      `SELECT d.version, d.created_at AS at, d.restores, d.kept_until, r.done_by, r.note FROM lifecycle_definition d
       LEFT JOIN lifecycle_release r ON r.\`key\` = d.\`key\` AND r.version = d.version
       WHERE d.\`key\` = ? ORDER BY d.version DESC`,
      [key],
    );
    const kept = new Set(this.tools.definitions.keptVersions(key));
    return rows.map(({ version, at, done_by, note, restores, kept_until }) => ({
      version,
      at,
      by: done_by ?? '',
      note: note ?? '',
      ...(restores !== null && { restores }),
      ...(kept_until !== null && kept.has(version) && { keptUntil: kept_until }),
    }));
  }
}

interface VersionRow {
  version: number;
  at: number;
  done_by: string | null;
  note: string | null;
  restores: number | null;
  kept_until: number | null;
}
