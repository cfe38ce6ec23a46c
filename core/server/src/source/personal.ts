import { personalActions, SAFE_PERSONAL, type PersonalPolicy } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import type { KeyRing } from '../identity/index.js';
import type { PersonalRule, PersonalRules } from '../ingest/index.js';
import { newestPersonal } from './settings.js';

/** What may be kept of each source's events, as ingest asks it: compiled once per change of settings, on every core. */
export class PersonalOfSources implements PersonalRules {
  private revision: number | undefined;
  private bySource = new Map<string, PersonalRule>();
  private readonly safe: PersonalRule;

  constructor(private readonly keys: Pick<KeyRing, 'hash'>) {
    this.safe = this.compiled(SAFE_PERSONAL);
  }

  async refresh(manager: EntityManager, revision: number): Promise<void> {
    if (revision === this.revision) return;
    const rows = await newestPersonal(manager);
    this.bySource = new Map(rows.map(({ sourceId, personal }) => [sourceId, this.compiled(personal)]));
    this.revision = revision;
  }

  /** A source of which nobody has set anything is safe. */
  of(sourceId: string): PersonalRule {
    return this.bySource.get(sourceId) ?? this.safe;
  }

  private compiled(policy: PersonalPolicy): PersonalRule {
    const digest = (text: string) => this.keys.hash(`personal\n${text}`);
    return { reading: { actions: personalActions(policy), digest, isSure: true }, ids: policy.ids };
  }
}
