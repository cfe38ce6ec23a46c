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
    const tags = await this.current<TagDefinition>('tag_definition');
    const lifecycles = await this.current<LifecycleDefinition>('lifecycle_definition');
    const hidden: Hidden = new Map();
    const plain = lifecycles.map((lifecycle) => plainLifecycle(lifecycle, hidden));
    const program = { tags: compileTags(tags, this.zone, hidden), lifecycles: plain };
    const keys = new Set(tags.map(({ key }) => key));
    const problems = lifecycles.flatMap((lifecycle) => definitionProblems(lifecycle, keys));
    if (problems.length > 0)
      throw new PlatformError(LIFECYCLE.DEFINITION_INVALID, problems.join('; '), { kind: 'invalid' });
    this.tags = tags;
    this.lifecycles = lifecycles;
    this.compiled = program;
  }

  /** Adds definitions that are not there yet and new versions of those that are; an older version is left alone. */
  async publish(tags: TagDefinition[], lifecycles: LifecycleDefinition[], now: number): Promise<void> {
    for (const { key, scenario } of tags)
      if (!scenario?.zh || !scenario.en)
        throw new PlatformError(TAG.SCENARIO_MISSING, `tag ${key} serves no scenario`, {
          kind: 'invalid',
          details: { tag: key },
        });
    await this.dataSource.transaction(async (manager) => {
      await put(manager, 'tag_definition', tags, now);
      await put(manager, 'lifecycle_definition', lifecycles, now);
    });
    await this.load();
  }

  private async current<T>(table: Table): Promise<T[]> {
    const rows = await this.dataSource.query<{ doc: string }[]>(
      `SELECT doc FROM ${table} WHERE is_current = 1 ORDER BY \`key\``,
    );
    return rows.map(({ doc }) => JSON.parse(doc) as T);
  }
}

async function put(
  manager: EntityManager,
  table: Table,
  definitions: { key: string; version: number }[],
  now: number,
): Promise<void> {
  const rows = definitions.map((definition) => [
    definition.key,
    definition.version,
    0,
    JSON.stringify(definition),
    now,
  ]);
  await insertIgnoreRows(manager, table, ['key', 'version', 'is_current', 'doc', 'created_at'], rows);
  const newest = `SELECT \`key\`, MAX(version) AS version FROM ${table} GROUP BY \`key\``;
  const found = await manager.query<{ key: string; version: number }[]>(newest);
  for (const { key, version } of found)
    await manager.query(`UPDATE ${table} SET is_current = CASE WHEN version = ? THEN 1 ELSE 0 END WHERE \`key\` = ?`, [
      version,
      key,
    ]);
}
