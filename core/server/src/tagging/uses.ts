import type { AudienceDefinition, Condition, Rule, TagUse } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Triggers } from '../activation/index.js';
import { upsertRows } from '../database/index.js';
import type { Definitions } from '../fold/definitions.js';
import { conditionsOf } from '../lifecycle/index.js';
import { readersOf } from './releases.js';
import { DAY } from '../time/zone.js';

interface Tools {
  dataSource: DataSource;
  definitions: Definitions;
  triggers: Triggers;
  audiences: () => readonly AudienceDefinition[];
  now: () => number;
}

/** Who reads a tag: lineage, the guard of retiring, and the report of idle tags. */
export class TagUses {
  private noted = '';

  constructor(private readonly tools: Tools) {}

  async of(key: string): Promise<TagUse[]> {
    return (await this.all()).get(key) ?? [];
  }

  /** By tag key. */
  async all(): Promise<Map<string, TagUse[]>> {
    const uses = new Map<string, TagUse[]>();
    const add = (tag: string, use: TagUse) => {
      const known = uses.get(tag) ?? [];
      if (!known.some(({ kind, key }) => kind === use.kind && key === use.key)) uses.set(tag, [...known, use]);
    };
    const { definitions, triggers, audiences } = this.tools;
    const tags = definitions.tagList();
    for (const { key } of tags)
      for (const reader of readersOf(key, tags)) add(key, { kind: 'tag', key: reader.key, title: reader.title });
    for (const lifecycle of definitions.lifecycleList())
      for (const [, condition] of conditionsOf(lifecycle))
        for (const tag of tagsIn(condition))
          add(tag, { kind: 'lifecycle', key: lifecycle.key, title: lifecycle.title });
    for (const { key, title, rule } of audiences())
      for (const tag of tagsIn(rule)) add(tag, { kind: 'audience', key, title });
    for (const { id, title, cause, when } of await triggers.hearers()) {
      const use: TagUse = { kind: 'trigger', key: id, title: { zh: title, en: title } };
      if (cause.on === 'tag.changed') add(cause.tag, use);
      if (when) for (const tag of tagsIn(when)) add(tag, use);
    }
    return uses;
  }

  /** Notes once a day what is in use, so that it can be told how long something has been idle. */
  async note(): Promise<void> {
    const now = this.tools.now();
    const day = String(Math.floor(now / DAY));
    if (this.noted === day) return;
    const used = [...(await this.all()).keys()].map((key) => [key, now]);
    await upsertRows(this.tools.dataSource.manager, 'tag_use', ['key'], ['key', 'used_at'], used);
    this.noted = day;
  }

  /** Whole days since something last read each tag that nothing reads now; a tag that never was read counts from its making. */
  async idleDays(): Promise<Map<string, number>> {
    const uses = await this.all();
    const rows = await this.tools.dataSource.query<{ key: string; since: number }[]>(
      `SELECT d.\`key\`, COALESCE(u.used_at, MIN(d.created_at)) AS since FROM tag_definition d
       LEFT JOIN tag_use u ON u.\`key\` = d.\`key\` GROUP BY d.\`key\`, u.used_at`,
    );
    const idle = rows.filter(({ key }) => !uses.has(key));
    return new Map(idle.map(({ key, since }) => [key, Math.max(0, Math.floor((this.tools.now() - since) / DAY))]));
  }
}

/** Every tag that a rule or condition names. */
export function tagsIn(rule: Rule | Condition): string[] {
  if ('all' in rule) return rule.all.flatMap(tagsIn);
  if ('any' in rule) return rule.any.flatMap(tagsIn);
  if ('not' in rule) return tagsIn(rule.not);
  if ('tag' in rule) return [rule.tag];
  return 'top' in rule ? [rule.top.tag] : [];
}
