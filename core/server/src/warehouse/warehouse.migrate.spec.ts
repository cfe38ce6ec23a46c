import { describe, expect, it } from '@jest/globals';
import { WAREHOUSE_MIGRATIONS } from './migrations/index.js';
import { pendingMigrations } from './warehouse.migrate.js';

const known = [1, 2, 3].map((version) => ({ version, name: `m${version}`, statements: [] }));

describe('migrations', () => {
  it('run those that have not run, in order', () => {
    expect(pendingMigrations(new Set([2]), known.toReversed()).map(({ version }) => version)).toEqual([1, 3]);
  });
  it('stop at a warehouse of a newer program', () => {
    expect(() => pendingMigrations(new Set([1, 4]), known)).toThrow(
      expect.objectContaining({ code: 'WAREHOUSE_MIGRATION_UNKNOWN', details: { versions: [4] } }),
    );
  });
  it('are numbered without gaps, and each statement can run again', () => {
    expect(WAREHOUSE_MIGRATIONS.map(({ version }) => version)).toEqual(WAREHOUSE_MIGRATIONS.map((_, i) => i + 1));
    for (const statement of WAREHOUSE_MIGRATIONS.flatMap(({ statements }) => statements))
      // An update finds nothing any more where it has been.
      expect(statement).toMatch(/IF (NOT )?EXISTS|^ALTER TABLE \w+ UPDATE/);
  });
});
