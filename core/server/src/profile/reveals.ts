import type { RevealedIdentifier } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { selectIn } from '../database/index.js';
import type { KeyRing, KindTable } from '../identity/index.js';
import { DERIVED } from '../identity/store/identifier.store.js';

interface Tools {
  dataSource: DataSource;
  keys: KeyRing;
  kinds: KindTable;
}

/** The one place where personal data is read in plain for a person's eyes. Who calls it must have been audited. */
export class Reveals {
  constructor(private readonly tools: Tools) {}

  async of(profile: number): Promise<RevealedIdentifier[]> {
    const { dataSource, keys, kinds } = this.tools;
    const rows = await selectIn<{ kind: string; sealed: string; rule: string }>(dataSource.manager, {
      table: 'identifier',
      columns: ['kind', 'sealed', 'rule'],
      where: 'profile_id',
      values: [profile],
    });
    return rows
      .filter(({ kind, rule }) => rule !== DERIVED && kinds.get(kind)?.isDirect)
      .map(({ kind, sealed }) => ({ kind, title: kinds.get(kind)!.title, value: keys.decrypt(sealed) }));
  }
}
