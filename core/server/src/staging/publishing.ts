import { PlatformError, type DefinitionProblem, type LifecycleDefinition } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import type { Triggers } from '../activation/index.js';
import { insertRows } from '../database/index.js';
import { lifecycleDefinition, problemsOf } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import { lifecyclesRead } from '../lifecycle/index.js';
import type { Releases, Shelf } from '../tagging/index.js';
import { LIVING_PROFILES, type Warehouse } from '../warehouse/index.js';
import type { LifecycleDetails } from './details.js';
import { checkLifecycle } from './rules/check.js';
import { absent, STAGING } from './staging.errors.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  triggers: Triggers;
  releases: Releases;
  shelf: Shelf;
  details: LifecycleDetails;
  now: () => number;
}

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
    await releases.change(release.by, task, async (manager) => {
      const { current, newest } = await versionsOf(manager, definition.key);
      if (current !== expectedVersion) throw versionChanged(definition.key, current);
      const published = { ...definition, version: newest + 1 };
      const after = definitions.programWith([], [published]);
      await this.write(manager, published, release);
      return { after, tags: [] };
    });
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

  private async write(manager: EntityManager, definition: LifecycleDefinition, { by, note }: LifecycleRelease) {
    const { key, version } = definition;
    const now = this.tools.now();
    await manager.query('UPDATE lifecycle_definition SET is_current = 0 WHERE `key` = ?', [key]);
    const columns = ['key', 'version', 'is_current', 'doc', 'created_at'];
    await insertRows(manager, 'lifecycle_definition', columns, [[key, version, 1, JSON.stringify(definition), now]]);
    const releaseColumns = ['key', 'version', 'at', 'done_by', 'note'];
    await insertRows(manager, 'lifecycle_release', releaseColumns, [[key, version, now, by, note]]);
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

async function versionsOf(manager: EntityManager, key: string): Promise<{ current: number; newest: number }> {
  const rows = await manager.query<{ version: number; is_current: number }[]>(
    'SELECT version, is_current FROM lifecycle_definition WHERE `key` = ?',
    [key],
  );
  return {
    current: rows.find((row) => row.is_current)?.version ?? 0,
    newest: Math.max(0, ...rows.map(({ version }) => version)),
  };
}

const versionChanged = (key: string, version: number): PlatformError =>
  new PlatformError(STAGING.VERSION_CHANGED, `lifecycle ${key} is at version ${version} meanwhile; look at it again`, {
    kind: 'conflict',
    details: { key, version },
  });
