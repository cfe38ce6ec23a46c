import type { IdentifierKind, IdentityRules } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { Constraints, type Constraint } from '../rules/constraints.js';
import { defaultRules, rulebookOf } from '../rules/rule-set.js';
import type { Rulebook } from '../rules/rulebook.js';

/** The rules in force, read again when their revision has risen; the revision is read under the lock of each transaction. */
export class Rulebooks {
  private cached: { revision: number; book: Rulebook } | undefined;

  constructor(readonly kinds: IdentifierKind[]) {}

  async at(manager: EntityManager, revision: number): Promise<Rulebook> {
    if (this.cached?.revision === revision) return this.cached.book;
    const { version, rules } = await this.rulesInForce(manager);
    const book = rulebookOf(
      version,
      rules,
      this.kinds,
      new Constraints(await readConstraints(manager)),
      await readVisitors(manager),
    );
    this.cached = { revision, book };
    return book;
  }

  /** For reads outside a turn; what is in force may change right after. */
  async latest(manager: EntityManager): Promise<Rulebook> {
    const [row] = await manager.query<{ next: number }[]>("SELECT next FROM counter WHERE name = 'identity'");
    return this.at(manager, row?.next ?? 1);
  }

  /** Version 0 are the kinds as their authors gave them. */
  async rulesInForce(manager: EntityManager): Promise<{ version: number; rules: IdentityRules }> {
    const [row] = await manager.query<{ version: number; doc: string }[]>(
      'SELECT version, doc FROM identity_rules ORDER BY version DESC LIMIT 1',
    );
    return row
      ? { version: row.version, rules: JSON.parse(row.doc) as IdentityRules }
      : { version: 0, rules: defaultRules(this.kinds) };
  }
}

/** Sources whose keys visitors hold, those that are no more among them: their events are history, and judged as before. */
export async function readVisitors(manager: EntityManager): Promise<Set<string>> {
  const rows = await manager.query<{ id: string }[]>('SELECT id FROM visitor_source');
  return new Set(rows.map(({ id }) => id));
}

export const readConstraints = (manager: EntityManager): Promise<Constraint[]> =>
  manager.query<Constraint[]>('SELECT kind, a, b FROM identity_constraint');
