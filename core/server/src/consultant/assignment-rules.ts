import { PlatformError, type AssignmentRuleView } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { Triggers } from '../activation/index.js';
import { insertRows } from '../database/index.js';
import { CONSULTANT } from './consultant.errors.js';
import { peekNumber, PLATFORM, takeNumbers, waitingOfRule } from './store/assignment.store.js';
import { inTurn } from './store/turn.js';
import type { Writing } from './writing.js';

interface StoredRule {
  id: string;
  title: string;
  doc: string;
  is_enabled: number;
  created_at: number;
  removed_at: number | null;
}

export type AssignmentRule = Omit<AssignmentRuleView, 'open'> & { isRemoved: boolean };
export type RuleInput = Omit<AssignmentRuleView, 'id' | 'createdAt' | 'open'>;

interface Tools {
  dataSource: DataSource;
  triggers: Triggers;
  writing: Writing;
  /** Refuses a rule that names what is not there. */
  demandRight: (rule: RuleInput) => void;
  now: () => number;
}

const PAGE = 500;
const REVISION = 'assignment_rules';

/** Who gets assigned to whom, and when; kept in memory, because every batch asks for them. */
export class AssignmentRules {
  private known = new Map<string, AssignmentRule>();
  private enabled: AssignmentRule[] = [];
  private revision: number | undefined;

  constructor(private readonly tools: Tools) {}

  get inForce(): AssignmentRule[] {
    return this.enabled;
  }

  /** Removed ones as well: what they brought about goes on. */
  find(id: string): AssignmentRule | undefined {
    return this.known.get(id);
  }

  /** Reads them again when another core has changed one since. */
  async refresh(manager: EntityManager): Promise<void> {
    const revision = (await peekNumber(manager, REVISION)) ?? 0;
    if (revision === this.revision) return;
    const rows = await manager.query<StoredRule[]>('SELECT * FROM assignment_rule ORDER BY created_at, id');
    this.known = new Map(rows.map((row) => [row.id, ruleOf(row)]));
    this.enabled = [...this.known.values()].filter(({ isEnabled, isRemoved }) => isEnabled && !isRemoved);
    this.revision = revision;
  }

  async list(): Promise<AssignmentRuleView[]> {
    const { manager } = this.tools.dataSource;
    await this.refresh(manager);
    const counts = await manager.query<{ rule_id: string; n: number | string }[]>(
      'SELECT rule_id, COUNT(*) AS n FROM assignment WHERE sort_at IS NOT NULL GROUP BY rule_id',
    );
    const open = new Map(counts.map(({ rule_id: id, n }) => [id, Number(n)]));
    return this.living().map((rule) => ({
      ...inputOf(rule),
      id: rule.id,
      createdAt: rule.createdAt,
      open: open.get(rule.id) ?? 0,
    }));
  }

  /** As the neighbours who keep what rules name ask for them. */
  async hearers(): Promise<AssignmentRule[]> {
    await this.refresh(this.tools.dataSource.manager);
    return this.living();
  }

  async create(input: RuleInput): Promise<AssignmentRuleView> {
    this.tools.demandRight(input);
    const { title, isEnabled, ...doc } = input;
    const id = randomUUID();
    await this.write(async (manager) => {
      const row = [id, title, JSON.stringify(doc), isEnabled ? 1 : 0, this.tools.now()];
      await insertRows(manager, 'assignment_rule', ['id', 'title', 'doc', 'is_enabled', 'created_at'], [row]);
    });
    return this.get(id);
  }

  async update(id: string, change: Partial<RuleInput>): Promise<AssignmentRuleView> {
    const next: RuleInput = { ...inputOf(await this.get(id)), ...change };
    this.tools.demandRight(next);
    const { title, isEnabled, ...doc } = next;
    await this.write(async (manager) => {
      const sql = 'UPDATE assignment_rule SET title = ?, doc = ?, is_enabled = ? WHERE id = ?';
      await manager.query(sql, [title, JSON.stringify(doc), isEnabled ? 1 : 0, id]);
    });
    return this.get(id);
  }

  /** Whoever still waits by it is withdrawn; what consultants have, they keep. */
  async remove(id: string, by: string): Promise<void> {
    await this.get(id);
    const at = this.tools.now();
    await this.write(async (manager) => {
      await manager.query('UPDATE assignment_rule SET removed_at = ?, is_enabled = 0 WHERE id = ?', [at, id]);
    });
    while ((await this.withdraw(id, by)) === PAGE);
  }

  private async withdraw(id: string, by: string): Promise<number> {
    const { dataSource, writing, now } = this.tools;
    return inTurn(dataSource, async (manager) => {
      const rows = await waitingOfRule(manager, id, PAGE);
      const change = writing.begin(now());
      for (const row of rows) change.end(row, 'withdrawn', by || PLATFORM, 'the rule was removed');
      await change.save(manager);
      return rows.length;
    });
  }

  async get(id: string): Promise<AssignmentRuleView> {
    const found = (await this.list()).find((rule) => rule.id === id);
    if (found) return found;
    throw new PlatformError(CONSULTANT.RULE_ABSENT, 'there is no such assignment rule', {
      kind: 'absent',
      details: { id },
    });
  }

  private async write(work: (manager: EntityManager) => Promise<void>): Promise<void> {
    await inTurn(this.tools.dataSource, async (manager) => {
      await work(manager);
      await takeNumbers(manager, REVISION, 1);
    });
    await this.tools.triggers.changed();
  }

  private living(): AssignmentRule[] {
    return [...this.known.values()].filter(({ isRemoved }) => !isRemoved);
  }
}

/** What people say of a rule, without what the platform knows besides. */
const inputOf = (rule: RuleInput): RuleInput => {
  const { title, cause, when, strategy, shopFrom, fallback, slaMinutes, maxHops, withdraws, isEnabled } = rule;
  const more = { ...(when && { when }), ...(shopFrom && { shopFrom }) };
  return { title, cause, strategy, fallback, slaMinutes, maxHops, withdraws, isEnabled, ...more };
};

const ruleOf = ({ id, title, doc, is_enabled, created_at, removed_at }: StoredRule): AssignmentRule => ({
  ...(JSON.parse(doc) as Omit<RuleInput, 'title' | 'isEnabled'>),
  id,
  title,
  isEnabled: is_enabled === 1,
  createdAt: created_at,
  isRemoved: removed_at !== null,
});
