import { PlatformError, type DefinitionProblem, type TagDefinition, type TagPreview } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import { insertRows, retrying } from '../database/index.js';
import type { Program } from '../fold/fold.js';
import { demandScenario, type Definitions } from '../fold/definitions.js';
import { Counters } from '../ingest/store/counter.store.js';
import { inputsOf, TAG } from '../tag/index.js';
import type { Zone } from '../time/zone.js';
import type { TagColumns, Warehouse } from '../warehouse/index.js';
import { previewTag } from './preview.js';
import { checkDefinition } from './rules/check.js';
import { taskOf, type Task } from './rules/task.js';
import type { TagRuns } from './runs.js';
import type { TagUses } from './uses.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  runs: TagRuns;
  columns: TagColumns;
  uses: TagUses;
  models: () => ReadonlySet<string>;
  zone: Zone;
  now: () => number;
}

/** What comes with a release beside the definition. */
export interface Release {
  by: string;
  note: string;
}

/** Publishing and retiring: law 3 and law 5. A definition is checked, previewed, and then in force for everybody at once. */
export class Releases {
  constructor(private readonly tools: Tools) {}

  /** Everything that is wrong with it; empty when it may be published. */
  check(definition: unknown): DefinitionProblem[] {
    const tags = new Map(this.tools.definitions.tagList().map((tag) => [tag.key, tag]));
    return checkDefinition(definition, { tags, models: this.tools.models() });
  }

  async preview(definition: TagDefinition): Promise<TagPreview> {
    this.demandRight(definition);
    const { tags } = this.tools.definitions.programWith([definition]);
    return previewTag(definition, tags, this.tools);
  }

  /**
   * Puts a version in force for live processing and plans the run that brings it to everybody, in one transaction. Throws
   * `TAG_VERSION_CHANGED` when somebody else was first.
   */
  async publish(definition: TagDefinition, expectedVersion: number, release: Release): Promise<void> {
    demandScenario(definition);
    this.demandRight(definition);
    await this.turn(async (manager) => {
      const { current, newest } = await versionsOf(manager, definition.key);
      if (current !== expectedVersion) throw versionChanged(definition.key, current);
      await this.putInForce(manager, [{ ...definition, version: newest + 1 }], release);
    });
  }

  /** Publishes those that are not in force yet, in one run; their inputs must be in force or among them. */
  async publishNew(definitions: TagDefinition[], release: Release): Promise<string[]> {
    const added: string[] = [];
    await this.turn(async (manager) => {
      const published: TagDefinition[] = [];
      for (const definition of definitions) {
        const { current, newest } = await versionsOf(manager, definition.key);
        if (current === 0) published.push({ ...definition, owner: release.by, version: newest + 1 });
      }
      if (published.length > 0) await this.putInForce(manager, published, release);
      added.splice(0, added.length, ...published.map(({ key }) => key));
    });
    return added;
  }

  /** Throws `TAG_IN_USE` with what reads it. */
  async retire(key: string, by: string): Promise<void> {
    const uses = await this.tools.uses.of(key);
    if (uses.length > 0) throw inUse(key, uses);
    await this.turn(async (manager) => {
      const { current } = await versionsOf(manager, key);
      if (current === 0) throw absent(key);
      await this.replace(manager, this.tools.definitions.programWithout(key), [], { by, note: 'retired' });
      await manager.query('UPDATE tag_definition SET is_current = 0 WHERE `key` = ?', [key]);
    });
  }

  /** Definitions that came with a new version of the platform or a plugin are computed for those who were there before. */
  async adopt(before: Program, added: { tags: TagDefinition[]; lifecycles: string[] }, by: string): Promise<void> {
    const { tags, lifecycles } = added;
    if (tags.length + lifecycles.length === 0) return;
    const [row] = await this.tools.dataSource.query<{ total: number }[]>('SELECT COUNT(*) AS total FROM profile');
    if (row!.total === 0) return;
    const { program } = this.tools.definitions;
    await this.turn((manager) => this.plan(manager, before, program, tags, by, { lifecycles }));
  }

  /** Computes tags that are in force anew for everybody. */
  async recompute(key: string, by: string): Promise<string> {
    const tag = this.tools.definitions.tagList().find((known) => known.key === key);
    if (!tag) throw absent(key);
    const { program } = this.tools.definitions;
    let id = '';
    await this.turn(async (manager) => {
      id = await this.plan(manager, program, program, [tag], by);
    });
    return id;
  }

  /** Other audiences are kept live from now on; `write` says which, given the number of the next profile. */
  async keepLive(write: (manager: EntityManager, below: number) => Promise<void>, by: string): Promise<void> {
    const { definitions } = this.tools;
    try {
      await this.turn(async (manager) => {
        const before = definitions.program;
        const counters = await Counters.open(manager);
        await write(manager, counters.peek('profile'));
        await this.plan(manager, before, await definitions.reread(manager), [], by);
      });
    } catch (error) {
      await definitions.load();
      throw error;
    }
  }

  private async putInForce(manager: EntityManager, published: TagDefinition[], release: Release): Promise<void> {
    await this.replace(manager, this.tools.definitions.programWith(published), published, release);
    for (const definition of published) await writeVersion(manager, definition, release, this.tools.now());
  }

  /** The same for whoever else changes what is in force: `task` adds to what the run does. */
  async change(
    by: string,
    task: Pick<Task, 'lifecycles' | 'isTold'>,
    work: (manager: EntityManager) => Promise<{ after: Program; tags: TagDefinition[] }>,
  ): Promise<void> {
    await this.turn(async (manager) => {
      const before = this.tools.definitions.program;
      const { after, tags } = await work(manager);
      await this.plan(manager, before, after, tags, by, task);
    });
  }

  private async replace(
    manager: EntityManager,
    after: Program,
    changed: TagDefinition[],
    { by }: Release,
  ): Promise<void> {
    await this.plan(manager, this.tools.definitions.program, after, changed, by);
  }

  private async plan(
    manager: EntityManager,
    before: Program,
    after: Program,
    changed: TagDefinition[],
    by: string,
    more: Pick<Task, 'lifecycles' | 'isTold'> = {},
  ): Promise<string> {
    const counters = await Counters.open(manager);
    const boundary = { seq: counters.peek('seq'), below: counters.peek('profile') };
    const task = { ...taskOf(before.tags, after.tags, changed, boundary), ...more };
    await this.tools.runs.demandFree(manager, task);
    counters.take('definition');
    await counters.close();
    return this.tools.runs.plan(manager, task, by);
  }

  /** Nothing is ingested while what is in force changes; then the runs begin. */
  private async turn(work: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    const { dataSource, definitions, runs, columns } = this.tools;
    await retrying(() =>
      dataSource.transaction(async (manager) => {
        const counters = await Counters.open(manager);
        await definitions.refresh(manager, counters.peek('definition'));
        await work(manager);
      }),
    );
    await definitions.load();
    await columns.ensure(definitions.tagList());
    runs.next();
  }

  private demandRight(definition: TagDefinition): void {
    const problems = this.check(definition);
    if (problems.length === 0) return;
    throw new PlatformError(
      problems[0]!.code.startsWith('TAG_') ? problems[0]!.code : TAG.DEFINITION_INVALID,
      'the definition is not right',
      {
        kind: 'invalid',
        details: { problems },
      },
    );
  }
}

/** Tags that read a tag directly. */
export const readersOf = (key: string, tags: readonly TagDefinition[]): TagDefinition[] =>
  tags.filter(({ computation }) => inputsOf(computation).tags.includes(key));

async function versionsOf(manager: EntityManager, key: string): Promise<{ current: number; newest: number }> {
  const rows = await manager.query<{ version: number; is_current: number }[]>(
    'SELECT version, is_current FROM tag_definition WHERE `key` = ?',
    [key],
  );
  return {
    current: rows.find((row) => row.is_current)?.version ?? 0,
    newest: Math.max(0, ...rows.map(({ version }) => version)),
  };
}

async function writeVersion(
  manager: EntityManager,
  definition: TagDefinition,
  { by, note }: Release,
  now: number,
): Promise<void> {
  const { key, version } = definition;
  await manager.query('UPDATE tag_definition SET is_current = 0 WHERE `key` = ?', [key]);
  const columns = ['key', 'version', 'is_current', 'doc', 'created_at'];
  await insertRows(manager, 'tag_definition', columns, [[key, version, 1, JSON.stringify(definition), now]]);
  await insertRows(
    manager,
    'tag_release',
    ['key', 'version', 'at', 'done_by', 'note'],
    [[key, version, now, by, note]],
  );
}

export const absent = (key: string): PlatformError =>
  new PlatformError(TAG.ABSENT, `there is no tag ${key}`, { kind: 'absent', details: { key } });

const versionChanged = (key: string, version: number): PlatformError =>
  new PlatformError(TAG.VERSION_CHANGED, `tag ${key} is at version ${version} meanwhile; look at it again`, {
    kind: 'conflict',
    details: { key, version },
  });

const inUse = (key: string, uses: { kind: string; key: string }[]): PlatformError =>
  new PlatformError(TAG.IN_USE, `tag ${key} is read by ${uses.map((use) => `${use.kind} ${use.key}`).join(', ')}`, {
    kind: 'conflict',
    details: { key, uses },
  });
