import type { Rule, Trace } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { ruleWords, type Titles } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import type { Profiles } from '../profile/profiles.js';
import { loadStates } from '../profile/store/profile.store.js';
import { traceCondition, type Explained } from '../tagging/why.js';
import type { Warehouse } from '../warehouse/index.js';
import { consentCondition } from './rules/live.js';
import type { Audiences } from './audiences.js';
import type { RuleQueries } from './rule-queries.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  profiles: Profiles;
  audiences: Audiences;
  queries: RuleQueries;
  titles: () => Titles;
  now: () => number;
}

/** Why a person belongs to an audience, or why not: each part of the rule with what was found. */
export class MembershipReasons {
  constructor(private readonly tools: Tools) {}

  async why(key: string, profile: string): Promise<Trace> {
    const { audiences, profiles, dataSource, definitions, titles, now } = this.tools;
    const { rule } = audiences.find(key);
    const number = await profiles.resolve(profile);
    const state = (await loadStates(dataSource.manager, [number])).get(number)!;
    const seen: Explained = {
      state,
      program: definitions.program.tags,
      definitions: new Map(definitions.tagList().map((tag) => [tag.key, tag])),
      titles: titles(),
      now: now(),
    };
    return this.trace(rule, number, seen);
  }

  /** What the state shows is shown in full; what only history knows is asked of the warehouse, leaf by leaf. */
  private async trace(rule: Rule, profile: number, seen: Explained): Promise<Trace> {
    const text = ruleWords(rule, seen.titles);
    if ('all' in rule) return { text, ...(await this.group(rule.all, profile, seen, (holds) => holds.every(Boolean))) };
    if ('any' in rule) return { text, ...(await this.group(rule.any, profile, seen, (holds) => holds.some(Boolean))) };
    if ('not' in rule) return { text, ...(await this.group([rule.not], profile, seen, ([holds]) => !holds)) };
    if ('tag' in rule || 'trait' in rule || 'stage' in rule) return traceCondition(rule, seen);
    if ('consent' in rule) return { ...traceCondition(consentCondition(rule.consent), seen), text };
    if ('audience' in rule) {
      const inner = this.tools.audiences.find(rule.audience);
      const part = await this.trace(inner.rule, profile, seen);
      return { text, holds: part.holds ?? false, parts: [part] };
    }
    const { sql, params } = this.tools.queries.peopleQuery(rule);
    const found = await this.tools.warehouse.rows(`${sql} AND profile = {wanted:UInt32}`, {
      ...params,
      wanted: profile,
    });
    return { text, holds: found.length > 0 };
  }

  private async group(
    rules: Rule[],
    profile: number,
    seen: Explained,
    settle: (holds: boolean[]) => boolean,
  ): Promise<Pick<Trace, 'holds' | 'parts'>> {
    const parts: Trace[] = [];
    for (const rule of rules) parts.push(await this.trace(rule, profile, seen));
    return { holds: settle(parts.map(({ holds }) => holds ?? false)), parts };
  }
}
