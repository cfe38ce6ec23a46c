import type { DataSource } from 'typeorm';
import { insertIgnoreRows } from './sql.js';
import { creating, type TableSpec } from './table-spec.js';

/** Work that only one process may do at a time, claimed for a while and renewed. */
export const LEASE: TableSpec = {
  name: 'lease',
  columns: {
    name: { kind: { text: 64 }, isKey: true },
    holder: { kind: { text: 64 } },
    until: { kind: 'instant' },
  },
};

export const LEASE_TABLES = [LEASE];
export const LeaseCreate = creating('LeaseCreate1764000000205', LEASE_TABLES);

const FREE = '';

/**
 * Claims on named work. The processes' clocks decide, so what is done under a lease must stay right when two hold it
 * for a moment: a lease saves work, it does not guard data.
 */
export class Leases {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number = Date.now,
  ) {}

  /** Takes or renews the lease for `ms`; false while somebody else holds it. `holder` is unique among processes. */
  async tryHold(name: string, holder: string, ms: number): Promise<boolean> {
    const now = this.now();
    const { dataSource } = this;
    await insertIgnoreRows(dataSource.manager, LEASE.name, ['name', 'holder', 'until'], [[name, FREE, 0]]);
    await dataSource.query(
      'UPDATE `lease` SET `holder` = ?, `until` = ? WHERE `name` = ? AND (`holder` = ? OR `until` < ?)',
      [holder, now + ms, name, holder, now],
    );
    const [row] = await dataSource.query<{ holder: string }[]>('SELECT `holder` FROM `lease` WHERE `name` = ?', [name]);
    return row?.holder === holder;
  }

  /** Gives the lease back at once; without effect when somebody else holds it. */
  async release(name: string, holder: string): Promise<void> {
    await this.dataSource.query('UPDATE `lease` SET `holder` = ?, `until` = 0 WHERE `name` = ? AND `holder` = ?', [
      FREE,
      name,
      holder,
    ]);
  }
}
