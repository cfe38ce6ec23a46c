import type { AudienceDefinition, LifecycleDefinition, TagDefinition } from '@perennial/contract';
import { PlatformError } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import { plainAudience } from '../audience/rules/live.js';
import { readAudiences, readLive } from '../audience/store/audience.store.js';
import { insertIgnoreRows } from '../database/index.js';
import {
  conditionsOf,
  definitionProblems,
  inReadingOrder,
  LIFECYCLE,
  plainLifecycle,
  shadowKey,
  shadowOf,
  type LifecycleInForce,
} from '../lifecycle/index.js';
import { compileTags, referencesOf, TAG, type Hidden } from '../tag/index.js';
import type { Zone } from '../time/zone.js';
import type { Program } from './fold.js';

type Table = 'tag_definition' | 'lifecycle_definition';

/** The tags and lifecycles in force, compiled. Kept in memory and read again when somebody publishes. */
export class Definitions {
  private compiled: Program | undefined;
  private revision: number | undefined;
  private tags: TagDefinition[] = [];
  private lifecycles: LifecycleDefinition[] = [];
  private earlier: EarlierVersions = { shadows: [], restored: new Map() };
  private audiences: Audienced = { definitions: [], live: new Map() };

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
    return this.compile({ tags: replaced(this.tags, tags), lifecycles: replaced(this.lifecycles, lifecycles) });
  }

  /** The same with what a release of a lifecycle does to its earlier versions. */
  programWithRelease(published: LifecycleDefinition, { kept, restores }: ReleasedVersions): Program {
    const restored = restores === undefined ? [] : [[versionKey(published), restores] as const];
    return this.compile({
      lifecycles: replaced(this.lifecycles, [published]),
      earlier: {
        shadows: this.shadowsWith(published.key, kept),
        restored: new Map([...this.earlier.restored, ...restored]),
      },
    });
  }

  /** With only these earlier versions of a lifecycle going on as shadows. */
  programKeeping(key: string, kept: readonly number[]): Program {
    return this.compile({ earlier: { ...this.earlier, shadows: this.shadowsWith(key, kept) } });
  }

  private shadowsWith(key: string, kept: readonly number[]): LifecycleInForce[] {
    const replaced = this.lifecycles.filter((lifecycle) => lifecycle.key === key).map(shadowOf);
    return [...this.earlier.shadows, ...replaced].filter(
      (shadow) => shadow.shadowOf !== key || kept.includes(shadow.version),
    );
  }

  /** Versions of a lifecycle before the one in force that still go on as shadows, the oldest first. */
  keptVersions(key: string): number[] {
    return this.program.lifecycles.flatMap(({ shadowOf: original, version }) => (original === key ? [version] : []));
  }

  /** Whether the version in force restored an earlier one; people may still be on their way back. */
  isTakingOver(key: string): boolean {
    return this.program.lifecycles.some((lifecycle) => lifecycle.key === key && lifecycle.takesOver);
  }

  programWithout(tag: string): Program {
    return this.compile({ tags: this.tags.filter(({ key }) => key !== tag) });
  }

  programWithoutLifecycle(key: string): Program {
    return this.compile({
      lifecycles: this.lifecycles.filter((lifecycle) => lifecycle.key !== key),
      earlier: { ...this.earlier, shadows: this.earlier.shadows.filter((shadow) => shadow.shadowOf !== key) },
    });
  }

  /** Whether keeping these audiences live, and no others, is not what is done now. */
  async wouldChange(live: ReadonlySet<string>): Promise<boolean> {
    const definitions = await readAudiences(this.dataSource.manager);
    const below = new Map([...live].map((key) => [key, this.audiences.live.get(key) ?? Infinity]));
    const { audiences } = this.compile({ audiences: { definitions, live: below } });
    return JSON.stringify(audiences) !== JSON.stringify(this.program.audiences);
  }

  /** Reads what is in force within a transaction that changes it. */
  async reread(manager: EntityManager): Promise<Program> {
    await this.read(manager);
    return this.program;
  }

  /**
   * Adds definitions that are not there yet and new versions of those that are; an older version is left alone, and so is
   * what was retired. Gives what is in force and was not.
   */
  async publish(
    tags: TagDefinition[],
    lifecycles: LifecycleDefinition[],
    now: number,
  ): Promise<{ tags: TagDefinition[]; lifecycles: string[] }> {
    for (const definition of tags) demandScenario(definition);
    await this.dataSource.transaction(async (manager) => {
      await put(manager, 'tag_definition', tags, now);
      await put(manager, 'lifecycle_definition', lifecycles, now);
    });
    const before = new Set([...this.tags, ...this.lifecycles].map(versionKey));
    await this.load();
    return {
      tags: this.tags.filter((definition) => !before.has(versionKey(definition))),
      lifecycles: this.lifecycles.filter((one) => !before.has(versionKey(one))).map(({ key }) => key),
    };
  }

  private async read(manager: EntityManager): Promise<void> {
    const tags = await readTags(manager);
    const { lifecycles, earlier } = await readLifecycles(manager);
    const audiences = { definitions: await readAudiences(manager), live: await readLive(manager) };
    this.compiled = compile({ tags, lifecycles, earlier, audiences }, this.zone);
    Object.assign(this, { tags, lifecycles, earlier, audiences });
  }

  private compile(instead: Partial<Sources>): Program {
    const { tags, lifecycles, earlier, audiences } = this;
    return compile({ tags, lifecycles, earlier, audiences, ...instead }, this.zone);
  }
}

async function readTags(manager: EntityManager): Promise<TagDefinition[]> {
  const rows = await manager.query<{ doc: string }[]>(
    'SELECT doc FROM tag_definition WHERE is_current = 1 ORDER BY `key`',
  );
  return rows.map(({ doc }) => JSON.parse(doc) as TagDefinition);
}

/** Those in force, and the earlier versions of them that are kept alive beside. */
async function readLifecycles(manager: EntityManager): Promise<Pick<Sources, 'lifecycles' | 'earlier'>> {
  const rows = await manager.query<{ doc: string; is_current: number; restores: number | null }[]>(
    'SELECT doc, is_current, restores FROM lifecycle_definition WHERE is_current = 1 OR kept_until IS NOT NULL ORDER BY `key`, version',
  );
  const read = rows.map(({ doc, ...row }) => ({ ...row, definition: JSON.parse(doc) as LifecycleDefinition }));
  const current = read.filter((row) => row.is_current);
  const keys = new Set(current.map(({ definition }) => definition.key));
  const kept = read.filter((row) => !row.is_current && keys.has(row.definition.key));
  const restored = current.flatMap(({ definition, restores }) =>
    restores === null ? [] : [[versionKey(definition), restores] as const],
  );
  return {
    lifecycles: current.map(({ definition }) => definition),
    earlier: { shadows: kept.map(({ definition }) => shadowOf(definition)), restored: new Map(restored) },
  };
}

interface Audienced {
  definitions: AudienceDefinition[];
  /** Key to the number of the first profile made since the audience is live. */
  live: ReadonlyMap<string, number>;
}

/** What a release does to the versions before it. */
export interface ReleasedVersions {
  /** Those that go on as shadows. */
  kept: readonly number[];
  /** The one whose shadow it takes over. */
  restores?: number;
}

interface EarlierVersions {
  shadows: LifecycleInForce[];
  /** `key@version` of a lifecycle in force to the version that it restores. */
  restored: ReadonlyMap<string, number>;
}

interface Sources {
  tags: TagDefinition[];
  lifecycles: LifecycleDefinition[];
  earlier: EarlierVersions;
  audiences: Audienced;
}

function compile({ tags, lifecycles, earlier, audiences }: Sources, zone: Zone): Program {
  const hidden: Hidden = new Map();
  const byKey = new Map(audiences.definitions.map((audience) => [audience.key, audience]));
  const live = audiences.definitions
    .filter(({ key, kind }) => kind === 'dynamic' && audiences.live.has(key))
    .flatMap((audience) => plainAudience(audience, audiences.live.get(audience.key)!, byKey, hidden));
  const kept = earlier.shadows.filter((shadow) => canGoOn(shadow, tags, lifecycles));
  const plain = inReadingOrder([...lifecycles.map((one) => inForce(one, earlier)), ...kept]).map((lifecycle) =>
    plainLifecycle(lifecycle, hidden),
  );
  const program = { tags: compileTags(tags, zone, hidden), lifecycles: plain, audiences: live };
  const keys = new Set(program.tags.tags.map(({ definition }) => definition.key));
  const problems = plain.flatMap((lifecycle) => definitionProblems(lifecycle, keys));
  if (problems.length > 0)
    throw new PlatformError(LIFECYCLE.DEFINITION_INVALID, problems.map(({ message }) => message.en).join('; '), {
      kind: 'invalid',
      details: { problems },
    });
  return program;
}

function inForce(definition: LifecycleDefinition, { restored }: EarlierVersions): LifecycleInForce {
  const version = restored.get(versionKey(definition));
  if (version === undefined) return definition;
  return { ...definition, takesOver: { shadow: shadowKey(definition.key, version), version } };
}

/** An earlier version ends with the first tag or lifecycle that it reads; it must not keep them from being retired. */
function canGoOn(shadow: LifecycleInForce, tags: readonly TagDefinition[], lifecycles: readonly LifecycleDefinition[]) {
  const keys = new Set([...tags, ...lifecycles].map(({ key }) => key));
  const read = conditionsOf(shadow).map(([, condition]) => referencesOf(condition));
  return read.every((one) => [...one.tags, ...one.stages].every((key) => keys.has(key)));
}

function replaced<T extends { key: string }>(known: T[], by: T[]): T[] {
  const keys = new Set(by.map(({ key }) => key));
  return [...known.filter(({ key }) => !keys.has(key)), ...by].sort((a, b) => (a.key < b.key ? -1 : 1));
}

const versionKey = ({ key, version }: { key: string; version: number }): string => `${key}@${version}`;

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
