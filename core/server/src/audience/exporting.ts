import { csvLine } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { selectIn } from '../database/index.js';
import type { Titles } from '../definition/index.js';
import { mask, type KeyRing } from '../identity/index.js';
import { DERIVED } from '../identity/store/identifier.store.js';
import { publicId } from '../profile/profile.id.js';
import { loadStates } from '../profile/store/profile.store.js';
import type { Zone } from '../time/zone.js';
import type { Counting } from './counting.js';
import { cellOf, columnsOf, headOf, type Column, type Member } from './rules/export-columns.js';

const PAGE = 1_000;

interface Tools {
  dataSource: DataSource;
  counting: Counting;
  keys: Pick<KeyRing, 'decrypt'>;
  titles: () => Titles;
  zone: Zone;
}

export interface ExportWish {
  /** The snapshot; the newest unless one is named. */
  run?: number | undefined;
  columns: string[];
  /** The number of the last profile that has arrived; 0 begins. */
  after: number;
  /** Identifiers unmasked. Who calls with it must have been audited. */
  isPlain?: boolean;
  /** Titles in the heading instead of names. */
  language?: 'zh' | 'en' | undefined;
}

/**
 * A snapshot's members as CSV, a page at a time, by the number of the profile: a download that was cut off goes on after
 * the last profile that arrived. The first page is read before anything is given, so a refusal comes first.
 */
export class Exporting {
  constructor(private readonly tools: Tools) {}

  async *lines(key: string, wish: ExportWish): AsyncGenerator<string> {
    const columns = columnsOf(wish.columns);
    const { counting, titles } = this.tools;
    let page = await counting.membersOf(key, wish.run, wish.after, PAGE);
    if (wish.after === 0) yield csvLine(headOf(columns, titles(), wish.language));
    for (;;) {
      const rows = await this.rowsOf(page.members, columns, wish.isPlain ?? false);
      if (rows.length > 0) yield rows.join('');
      if (page.members.length < PAGE) return;
      page = await counting.membersOf(key, page.run, page.members.at(-1)!, PAGE);
    }
  }

  private async rowsOf(ids: number[], columns: Column[], isPlain: boolean): Promise<string[]> {
    const states = await loadStates(this.tools.dataSource.manager, ids);
    const kinds = new Set(columns.flatMap(({ kind, key }) => (kind === 'identifier' ? [key] : [])));
    const identifiers = await this.identifiersOf(kinds.size > 0 ? ids : [], kinds, isPlain);
    return ids.flatMap((id) => {
      const state = states.get(id);
      if (!state) return [];
      const member: Member = { state, identifiers: identifiers.get(id) ?? [] };
      const seen = this.tools.zone.wallOf(state.lastSeenAt);
      return [csvLine([publicId(id), seen, ...columns.map((column) => cellOf(member, column))])];
    });
  }

  private async identifiersOf(ids: number[], kinds: Set<string>, isPlain: boolean) {
    const { dataSource, keys } = this.tools;
    const rows = await selectIn<{ profile_id: number; kind: string; sealed: string; rule: string }>(
      dataSource.manager,
      {
        table: 'identifier',
        columns: ['profile_id', 'kind', 'sealed', 'rule'],
        where: 'profile_id',
        values: ids,
      },
    );
    const found = new Map<number, Member['identifiers']>();
    for (const { profile_id: id, kind, sealed, rule } of rows) {
      if (!kinds.has(kind) || rule === DERIVED) continue;
      const value = keys.decrypt(sealed);
      found.set(id, [...(found.get(id) ?? []), { kind, value: isPlain ? value : mask({ kind, value }) }]);
    }
    return found;
  }
}
