import {
  PlatformError,
  type LifecycleDefinition,
  type LifecyclePreview,
  type RestorePreview,
} from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Definitions } from '../fold/definitions.js';
import { shadowKey } from '../lifecycle/index.js';
import type { Releases } from '../tagging/index.js';
import { LIVING_PROFILES, Params, type Warehouse } from '../warehouse/index.js';
import { EXAMPLES, foretold, type Flow, type LifecyclePreviews } from './preview/previews.js';
import type { LifecycleRelease, Publishing } from './publishing.js';
import { absent, STAGING, versionChanged } from './staging.errors.js';
import {
  currentOf,
  expiredLifecycles,
  expiredVersions,
  newestOf,
  readVersions,
  writeKept,
  writeRelease,
} from './store/release.store.js';
import { writeUnmade } from './store/unmade.store.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  releases: Releases;
  publishing: Publishing;
  previews: LifecyclePreviews;
  now: () => number;
}

/**
 * Going back to an earlier version. Where that one still goes on as a shadow, everybody afterwards stands where she would
 * had the versions between never been, and their moves no longer count; else its definition is published as it was then,
 * and everybody is decided anew from where she stands.
 */
export class Restores {
  constructor(private readonly tools: Tools) {}

  async preview(key: string, version: number): Promise<RestorePreview> {
    const { definitions, previews } = this.tools;
    const definition = await this.earlier(key, version);
    const isExact = definitions.keptVersions(key).includes(version);
    const now = isExact ? await this.shadowed(key, version) : await previews.today(definition);
    return { isExact, ...now };
  }

  /** Gives whether it was exact. */
  async restore(key: string, version: number, expectedVersion: number, release: LifecycleRelease): Promise<boolean> {
    const { publishing, definitions } = this.tools;
    const definition = await this.earlier(key, version);
    if (!definitions.keptVersions(key).includes(version)) {
      await publishing.publish(definition, expectedVersion, release);
      return false;
    }
    await publishing.demandTakenOver(key);
    await this.takeOver(definition, expectedVersion, release);
    return true;
  }

  /** Ends the shadows whose time is over. */
  async letGoExpired(): Promise<void> {
    const { dataSource, definitions, releases, now } = this.tools;
    for (const key of await expiredLifecycles(dataSource.manager, now()))
      await releases.change('system', {}, async (manager) => {
        const over = await expiredVersions(manager, key, now());
        const kept = definitions.keptVersions(key).filter((version) => !over.includes(version));
        await writeKept(manager, key, kept, now());
        return { after: definitions.programKeeping(key, kept), tags: [] };
      });
  }

  private async takeOver(definition: LifecycleDefinition, expected: number, release: LifecycleRelease): Promise<void> {
    const { releases, definitions, now } = this.tools;
    const { key, version } = definition;
    await releases.change(release.by, { lifecycles: [key], isTold: false }, async (manager) => {
      const rows = await readVersions(manager, key);
      const kept = definitions.keptVersions(key);
      if (currentOf(rows) !== expected || !kept.includes(version)) throw versionChanged(key, currentOf(rows));
      const restored = { ...definition, version: newestOf(rows) + 1 };
      const versions = { kept: kept.filter((one) => one < version), restores: version };
      const after = definitions.programWithRelease(restored, versions);
      await writeRelease(manager, restored, versions, { ...release, at: now() });
      await writeUnmade(manager, key, version, restored.version);
      return { after, tags: [] };
    });
  }

  private async earlier(key: string, version: number): Promise<LifecycleDefinition> {
    const rows = await readVersions(this.tools.dataSource.manager, key);
    if (rows.length === 0) throw absent(key);
    const row = rows.find((one) => one.version === version && !one.is_current);
    if (row) return JSON.parse(row.doc) as LifecycleDefinition;
    throw new PlatformError(STAGING.VERSION_ABSENT, `lifecycle ${key} has no earlier version ${version}`, {
      kind: 'absent',
      details: { key, version },
    });
  }

  /** Where each stands, and where she would had the versions since never been. */
  private async shadowed(key: string, version: number): Promise<LifecyclePreview['now']> {
    const params = new Params();
    const [own, shadow] = [params.text(key), params.text(shadowKey(key, version))];
    const rows = await this.tools.warehouse.rows<Flow>(
      `SELECT stages[${own}] AS from, if(mapContains(stages, ${shadow}), stages[${shadow}], from) AS to, count() AS people,
         groupArray(${EXAMPLES})(profile) AS examples
       FROM ${LIVING_PROFILES} WHERE from != '' GROUP BY from, to ORDER BY people DESC, from, to`,
      params.values,
    );
    return foretold(rows);
  }
}
