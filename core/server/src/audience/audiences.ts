import {
  PlatformError,
  type AudienceCheck,
  type AudienceDefinition,
  type AudienceDetail,
  type AudienceListItem,
  type Rule,
  type Text,
} from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Triggers } from '../activation/index.js';
import { insertRows } from '../database/index.js';
import { audienceDefinition, problemsOf, ruleWords, type Titles } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import { AUDIENCE } from './audience.errors.js';
import { audiencesIn, checkRule, type Known } from './rules/check.js';
import { liveCondition } from './rules/live.js';
import { readAudiences } from './store/audience.store.js';
import type { LiveKeeping } from './live-keeping.js';

interface Tools {
  dataSource: DataSource;
  definitions: Definitions;
  triggers: Triggers;
  kinds: () => ReadonlySet<string>;
  titles: () => Titles;
  keeping: LiveKeeping;
  now: () => number;
}

/** The audiences that there are: named rules, in versions. */
export class Audiences {
  private known = new Map<string, AudienceDefinition>();

  constructor(private readonly tools: Tools) {}

  async load(): Promise<void> {
    const definitions = await readAudiences(this.tools.dataSource.manager);
    this.known = new Map(definitions.map((definition) => [definition.key, definition]));
  }

  get all(): ReadonlyMap<string, AudienceDefinition> {
    return this.known;
  }

  /** Throws `AUDIENCE_ABSENT`. */
  find(key: string): AudienceDefinition {
    const found = this.known.get(key);
    if (found) return found;
    throw new PlatformError(AUDIENCE.ABSENT, `there is no audience ${key}`, { kind: 'absent', details: { key } });
  }

  check(rule: unknown, key?: string): AudienceCheck {
    const problems = checkRule(rule, this.namable(), key);
    if (problems.length > 0) return { problems, words: { zh: '', en: '' }, isLive: false, notLive: [] };
    const notLive = this.notLive(rule as Rule);
    return { problems, words: this.words(rule as Rule), isLive: notLive.length === 0, notLive };
  }

  /** Throws `AUDIENCE_RULE_INVALID` with the places. */
  demandRight(rule: unknown, key?: string): void {
    const problems = checkRule(rule, this.namable(), key);
    if (problems.length === 0) return;
    throw new PlatformError(AUDIENCE.RULE_INVALID, 'the rule is not right', { kind: 'invalid', details: { problems } });
  }

  words(rule: Rule): Text {
    return ruleWords(rule, this.tools.titles());
  }

  /** Saves a new version, or a new audience when `expectedVersion` is 0. Throws `AUDIENCE_VERSION_CHANGED`. */
  async save(
    draft: Omit<AudienceDefinition, 'version' | 'owner'>,
    expectedVersion: number,
    by: string,
  ): Promise<AudienceDefinition> {
    const problems = problemsOf(audienceDefinition, draft);
    if (problems.length > 0)
      throw new PlatformError(AUDIENCE.RULE_INVALID, 'the audience is not right', {
        kind: 'invalid',
        details: { problems },
      });
    this.demandRight(draft.rule, draft.key);
    const { dataSource, now, keeping } = this.tools;
    const saved = await dataSource.transaction(async (manager) => {
      const rows = await manager.query<{ version: number; is_current: number; done_by: string }[]>(
        'SELECT version, is_current, done_by FROM audience_definition WHERE `key` = ? ORDER BY version',
        [draft.key],
      );
      const current = rows.find((row) => row.is_current)?.version ?? 0;
      if (current !== expectedVersion) throw versionChanged(draft.key, current);
      const version = (rows.at(-1)?.version ?? 0) + 1;
      const definition: AudienceDefinition = { ...draft, owner: rows[0]?.done_by ?? by, version };
      await manager.query('UPDATE audience_definition SET is_current = 0 WHERE `key` = ?', [draft.key]);
      const columns = ['key', 'version', 'is_current', 'doc', 'created_at', 'done_by'];
      const row = [draft.key, version, 1, JSON.stringify(definition), now(), by];
      await insertRows(manager, 'audience_definition', columns, [row]);
      return definition;
    });
    await this.load();
    await keeping.sync(by);
    return saved;
  }

  /** Throws `AUDIENCE_IN_USE` with what reads it. */
  async remove(key: string): Promise<void> {
    this.find(key);
    const uses = await this.uses(key);
    if (uses.length > 0)
      throw new PlatformError(AUDIENCE.IN_USE, `audience ${key} is read by ${uses.map((use) => use.key).join(', ')}`, {
        kind: 'conflict',
        details: { key, uses },
      });
    await this.tools.dataSource.query('UPDATE audience_definition SET is_current = 0 WHERE `key` = ?', [key]);
    await this.load();
  }

  async list(): Promise<AudienceListItem[]> {
    const counts = await this.lastCounts();
    const triggers = await this.tools.triggers.hearers();
    return [...this.known.values()].map((definition) => ({
      ...definition,
      ...counts.get(definition.key),
      isLive: this.tools.keeping.isLive(definition.key),
      usedBy:
        triggers.filter(({ cause }) => 'audience' in cause && cause.audience === definition.key).length +
        this.readersOf(definition.key).length,
    }));
  }

  async get(key: string): Promise<AudienceDetail> {
    const definition = this.find(key);
    const uses = await this.uses(key);
    const versions = await this.tools.dataSource.query<{ version: number; at: number; by: string }[]>(
      'SELECT version, created_at AS at, done_by AS `by` FROM audience_definition WHERE `key` = ? ORDER BY version DESC',
      [key],
    );
    return {
      ...definition,
      ...(await this.lastCounts()).get(key),
      isLive: this.tools.keeping.isLive(key),
      usedBy: uses.length,
      uses,
      words: this.words(definition.rule),
      notLive: this.notLive(definition.rule),
      versions,
    };
  }

  async uses(key: string): Promise<AudienceDetail['uses']> {
    const triggers = await this.tools.triggers.hearers();
    return [
      ...this.readersOf(key).map(({ key: reader, title }) => ({ kind: 'audience' as const, key: reader, title })),
      ...triggers
        .filter(({ cause }) => 'audience' in cause && cause.audience === key)
        .map(({ id, title }) => ({ kind: 'trigger' as const, key: id, title: { zh: title, en: title } })),
    ];
  }

  private readersOf(key: string): AudienceDefinition[] {
    return [...this.known.values()].filter(({ rule }) => audiencesIn(rule).includes(key));
  }

  /** The leaves for which an audience cannot be kept event by event. */
  private notLive(rule: Rule): Text[] {
    if ('all' in rule) return rule.all.flatMap((part) => this.notLive(part));
    if ('any' in rule) return rule.any.flatMap((part) => this.notLive(part));
    if ('not' in rule) return this.notLive(rule.not);
    return liveCondition(rule, this.known) ? [] : [this.words(rule)];
  }

  private namable(): Known {
    const { definitions, kinds } = this.tools;
    return {
      tags: new Map(definitions.tagList().map((tag) => [tag.key, tag])),
      lifecycles: new Map(definitions.lifecycleList().map((lifecycle) => [lifecycle.key, lifecycle])),
      audiences: this.known,
      kinds: kinds(),
    };
  }

  private async lastCounts(): Promise<Map<string, { people: number; countedAt: number }>> {
    const rows = await this.tools.dataSource.query<{ audience: string; people: number; run: number }[]>(
      `SELECT r.audience, r.people, r.run FROM audience_run r JOIN (
        SELECT audience, MAX(run) AS run FROM audience_run GROUP BY audience
      ) newest ON newest.audience = r.audience AND newest.run = r.run`,
    );
    return new Map(rows.map(({ audience, people, run }) => [audience, { people, countedAt: run }]));
  }
}

const versionChanged = (key: string, version: number): PlatformError =>
  new PlatformError(AUDIENCE.VERSION_CHANGED, `audience ${key} is at version ${version} meanwhile; look at it again`, {
    kind: 'conflict',
    details: { key, version },
  });
