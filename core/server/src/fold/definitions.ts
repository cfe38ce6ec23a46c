import type { LifecycleDefinition, TagDefinition } from '@perennial/contract';
import { PlatformError } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import { insertIgnoreRows } from '../database/index.js';
import { definitionProblems, LIFECYCLE, plainLifecycle } from '../lifecycle/index.js';
import { compileTags, TAG, type Hidden } from '../tag/index.js';
import type { Zone } from '../time/zone.js';
import type { Program } from './fold.js';

type Table = 'tag_definition' | 'lifecycle_definition';

/** The tags and lifecycles in force, compiled. Kept in memory and read again when somebody publishes. */
export class Definitions {
  private compiled: Program | undefined;
  private revision: number | undefined;
  private tags: TagDefinition[] = [];
  private lifecycles: LifecycleDefinition[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly zone: Zone,
  ) {}

  /** Throws until `load` has run. */
  get program(): Program {
    if (!this.compiled) throw new PlatformError(TAG.DEFINITION_INVALID, 'definitions are not loaded yet');
    return this.compiled;
  }

  tagList(): TagDefinition[] {
    return this.tags;
  }

  lifecycleList(): LifecycleDefinition[] {
    return this.lifecycles;
  }

  async load(): Promise<void> {
    await this.read(this.dataSource.manager);
  }

  /** Reads what is in force when its revision is not the one that is known; called within a turn. */
  async refresh(manager: EntityManager, revision: number): Promise<void> {
    if (this.revision === revision) return;
    await this.read(manager);
    this.revision = revision;
  }

  /** What would be in force with these in place of, or beside, those that are; throws when they cannot work together. */
  programWith(tags: TagDefinition[], lifecycles: LifecycleDefinition[] = []): Program {
    return compile(replaced(this.tags, tags), replaced(this.lifecycles, lifecycles), this.zone);
  }

  programWithout(tag: string): Program {
    const rest = this.tags.filter(({ key }) => key !== tag);
    return compile(rest, this.lifecycles, this.zone);
  }

  /**
   * Adds definitions that are not there yet and new versions of those that are; an older version is left alone, and so is
   * what was retired. Gives the tags that are in force and were not.
   */
  async publish(tags: TagDefinition[], lifecycles: LifecycleDefinition[], now: number): Promise<TagDefinition[]> {
    for (const definition of tags) demandScenario(definition);
    await this.dataSource.transaction(async (manager) => {
      await put(manager, 'tag_definition', tags, now);
      await put(manager, 'lifecycle_definition', lifecycles, now);
    });
    const before = new Set(this.tags.map(versionKey));
    await this.load();
    return this.tags.filter((definition) => !before.has(versionKey(definition)));
  }

  private async read(manager: EntityManager): Promise<void> {
    const tags = await this.current<TagDefinition>(manager, 'tag_definition');
    const lifecycles = await this.current<LifecycleDefinition>(manager, 'lifecycle_definition');
    this.compiled = compile(tags, lifecycles, this.zone);
    this.tags = tags;
    this.lifecycles = lifecycles;
  }

  private async current<T>(manager: EntityManager, table: Table): Promise<T[]> {
    const rows = await manager.query<{ doc: string }[]>(
      `SELECT doc FROM ${table} WHERE is_current = 1 ORDER BY \`key\``,
    );
    return rows.map(({ doc }) => JSON.parse(doc) as T);
  }
}

function compile(tags: TagDefinition[], lifecycles: LifecycleDefinition[], zone: Zone): Program {
  const hidden: Hidden = new Map();
  const plain = lifecycles.map((lifecycle) => plainLifecycle(lifecycle, hidden));
  const program = { tags: compileTags(tags, zone, hidden), lifecycles: plain };
  const keys = new Set(program.tags.tags.map(({ definition }) => definition.key));
  const problems = plain.flatMap((lifecycle) => definitionProblems(lifecycle, keys));
  if (problems.length > 0)
    throw new PlatformError(LIFECYCLE.DEFINITION_INVALID, problems.join('; '), { kind: 'invalid' });
  return program;
}

function replaced<T extends { key: string }>(known: T[], by: T[]): T[] {
  const keys = new Set(by.map(({ key }) => key));
  return [...known.filter(({ key }) => !keys.has(key)), ...by].sort((a, b) => (a.key < b.key ? -1 : 1));
}

const versionKey = ({ key, version }: TagDefinition): string => `${key}@${version}`;

/** Law 3. */
export function demandScenario({ key, scenario }: TagDefinition): void {
  if (scenario?.zh && scenario.en) return;
  throw new PlatformError(TAG.SCENARIO_MISSING, `tag ${key} serves no scenario`, {
    kind: 'invalid',
    details: { tag: key },
  });
}

async function put(
  manager: EntityManager,
  table: Table,
  definitions: { key: string; version: number }[],
  now: number,
): Promise<void> {
  const before = await manager.query<{ key: string; current: number }[]>(
    `SELECT \`key\`, MAX(is_current) AS current FROM ${table} GROUP BY \`key\``,
  );
  const retired = new Set(before.filter(({ current }) => !current).map(({ key }) => key));
  const rows = definitions
    .filter(({ key }) => !retired.has(key))
    .map((definition) => [definition.key, definition.version, 0, JSON.stringify(definition), now]);
  await insertIgnoreRows(manager, table, ['key', 'version', 'is_current', 'doc', 'created_at'], rows);
  for (const [key] of rows) await makeNewestCurrent(manager, table, key as string);
}

async function makeNewestCurrent(manager: EntityManager, table: Table, key: string): Promise<void> {
  const [row] = await manager.query<{ version: number }[]>(
    `SELECT MAX(version) AS version FROM ${table} WHERE \`key\` = ?`,
    [key],
  );
  await manager.query(`UPDATE ${table} SET is_current = CASE WHEN version = ? THEN 1 ELSE 0 END WHERE \`key\` = ?`, [
    row!.version,
    key,
  ]);
}
