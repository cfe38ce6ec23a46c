import { PlatformError, type DefinitionProblem, type LifecycleDefinition } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Triggers } from '../activation/index.js';
import { lifecycleDefinition, problemsOf } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import { lifecyclesRead } from '../lifecycle/index.js';
import type { Releases, Shelf, TagRuns } from '../tagging/index.js';
import { LIVING_PROFILES, type Warehouse } from '../warehouse/index.js';
import type { LifecycleDetails } from './details.js';
import { checkLifecycle } from './rules/check.js';
import { absent, STAGING, versionChanged } from './staging.errors.js';
import { currentOf, newestOf, readVersions, writeRelease } from './store/release.store.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  triggers: Triggers;
  releases: Releases;
  shelf: Shelf;
  runs: TagRuns;
  details: LifecycleDetails;
  now: () => number;
}

/** Each costs ingest one more lifecycle to decide. */
const MOST_KEPT = 3;

export interface LifecycleRelease {
  by: string;
  note: string;
  /** Hooks and triggers hear of the moves that it makes. */
  isTold: boolean;
  /** Stages that are to go though people stand in them. */
  letGo: string[];
}

/** Putting lifecycles in force; everybody is decided anew in the background, from where she stands. */
export class Publishing {
  constructor(private readonly tools: Tools) {}

  check(definition: unknown): DefinitionProblem[] {
    const byKey = <T extends { key: string }>(all: T[]) => new Map(all.map((one) => [one.key, one]));
    const { definitions } = this.tools;
    return checkLifecycle(definition, byKey(definitions.tagList()), byKey(definitions.lifecycleList()));
  }

  /** Throws `LIFECYCLE_DEFINITION_INVALID` with the places. */
  demandRight(definition: unknown): void {
    demandNone(this.check(definition));
  }

  /** Takes from the library of tags what it reads. Throws `LIFECYCLE_VERSION_CHANGED` when somebody else was first. */
  async publish(definition: LifecycleDefinition, expectedVersion: number, release: LifecycleRelease): Promise<void> {
    const { releases, definitions, shelf, details } = this.tools;
    demandForm(definition);
    const needs = details.needsOf(definition);
    if (needs.length > 0) await shelf.take(needs, release.by);
    this.demandRight(definition);
    await this.demandEmpty(definition, release.letGo);
    const task = { lifecycles: [definition.key], isTold: release.isTold };
    await this.demandTakenOver(definition.key);
    await releases.change(release.by, task, async (manager) => {
      const rows = await readVersions(manager, definition.key);
      if (currentOf(rows) !== expectedVersion) throw versionChanged(definition.key, currentOf(rows));
      const published = { ...definition, version: newestOf(rows) + 1 };
      const versions = { kept: keptBeside(definitions.keptVersions(definition.key), expectedVersion) };
      const after = definitions.programWithRelease(published, versions);
      await writeRelease(manager, published, versions, { ...release, at: this.tools.now() });
      return { after, tags: [] };
    });
  }

  /** People whom a restore has not come to yet still stand in what it took back. */
  async demandTakenOver(key: string): Promise<void> {
    const { definitions, runs } = this.tools;
    if (!definitions.isTakingOver(key)) return;
    const open = (await runs.list()).find(({ lifecycles, status }) => lifecycles.includes(key) && status !== 'done');
    if (open)
      throw new PlatformError(
        STAGING.RESTORE_UNFINISHED,
        `lifecycle ${key} is still being restored; wait for the run`,
        {
          kind: 'conflict',
          details: { key, run: open.id },
        },
      );
  }

  /** Throws `LIFECYCLE_IN_USE` for the last one, and for one that triggers hear or other lifecycles read. */
  async retire(key: string, by: string): Promise<void> {
    const { releases, definitions, triggers } = this.tools;
    const known = definitions.lifecycleList();
    if (!known.some((lifecycle) => lifecycle.key === key)) throw absent(key);
    const heardBy = (await triggers.hearers()).filter(({ cause }) => 'lifecycle' in cause && cause.lifecycle === key);
    const readBy = known.filter((other) => other.key !== key && lifecyclesRead(other).includes(key));
    if (known.length === 1 || heardBy.length > 0 || readBy.length > 0)
      throw new PlatformError(
        STAGING.IN_USE,
        `lifecycle ${key} is the only one, a trigger hears it or another reads it`,
        {
          kind: 'conflict',
          details: { key, triggers: heardBy.map(({ id }) => id), lifecycles: readBy.map((other) => other.key) },
        },
      );
    await releases.change(by, {}, async (manager) => {
      const after = definitions.programWithoutLifecycle(key);
      await manager.query('UPDATE lifecycle_definition SET is_current = 0 WHERE `key` = ?', [key]);
      return { after, tags: [] };
    });
  }

  /** Nobody may stand in a stage that goes away, unless it is said what of. */
  private async demandEmpty({ key, stages }: LifecycleDefinition, letGo: string[]): Promise<void> {
    const before = this.tools.definitions.lifecycleList().find((lifecycle) => lifecycle.key === key);
    const kept = new Set([...stages.map((stage) => stage.key), ...letGo]);
    const going = (before?.stages ?? []).map((stage) => stage.key).filter((stage) => !kept.has(stage));
    if (going.length === 0) return;
    const sql = `SELECT splitByChar('/', stages[{key:String}])[1] AS stage, count() AS people FROM ${LIVING_PROFILES}
      WHERE has({going:Array(String)}, stage) GROUP BY stage ORDER BY stage`;
    const standing = await this.tools.warehouse.rows<{ stage: string; people: number }>(sql, { key, going });
    if (standing.length === 0) return;
    const told = standing.map(({ stage, people }) => `${stage} (${people})`).join(', ');
    throw new PlatformError(
      STAGING.STAGE_IN_USE,
      `people stand in ${told}; keep the stage, or name it in letGo and they are decided anew`,
      { kind: 'conflict', details: { standing } },
    );
  }
}

/** Before anything looks into it. */
const demandForm = (definition: unknown): void => demandNone(problemsOf(lifecycleDefinition, definition));

function demandNone(problems: DefinitionProblem[]): void {
  if (problems.length === 0) return;
  throw new PlatformError(STAGING.DEFINITION_INVALID, 'the lifecycle is not right', {
    kind: 'invalid',
    details: { problems },
  });
}

/** The newest of those that were kept, and the one that is being replaced (0 when there is none). */
const keptBeside = (kept: readonly number[], replaced: number): number[] =>
  replaced === 0 ? [] : [...kept, replaced].slice(-MOST_KEPT);
