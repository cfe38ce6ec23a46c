import {
  EntitySchema,
  Table,
  TableColumn,
  TableIndex,
  type EntitySchemaColumnOptions,
  type MigrationInterface,
  type QueryRunner,
  type TableColumnOptions,
} from 'typeorm';

/** Column kinds that mean the same in SQLite and MySQL. `instant` is epoch milliseconds; `long` holds documents. */
export type ColumnKind = 'number' | 'instant' | 'flag' | { text: number } | 'long';

export interface ColumnSpec {
  kind: ColumnKind;
  isKey?: boolean;
  isNullable?: boolean;
  isIndexed?: boolean;
  isGenerated?: boolean;
}

/**
 * A table as data, from which both its TypeORM entity and its migration are made. A specification that has been
 * released is never edited: a change is a new specification and a migration of its own.
 */
export interface TableSpec {
  name: string;
  columns: Record<string, ColumnSpec>;
  /** Indexes over several columns: name to columns. */
  indexes?: Record<string, string[]>;
}

const isMysql = (dialect: string): boolean => dialect === 'mysql' || dialect === 'mariadb';

function columnType(kind: ColumnKind, dialect: string): { type: string; length?: string } {
  if (kind === 'number' || kind === 'flag') return { type: 'integer' };
  if (kind === 'instant') return { type: 'bigint' };
  // SQLite's driver knows no `longtext`, MySQL's `text` ends at 64 kB.
  if (kind === 'long') return { type: isMysql(dialect) ? 'longtext' : 'text' };
  return { type: 'varchar', length: String(kind.text) };
}

/** bigint comes back as text from MySQL; epoch milliseconds fit a number. */
const instants = { to: (value: unknown) => value, from: (value: unknown) => (value === null ? null : Number(value)) };

function entityColumn(spec: ColumnSpec, dialect: string): EntitySchemaColumnOptions {
  const { type, length } = columnType(spec.kind, dialect);
  return {
    type: type as 'varchar',
    ...(length !== undefined && { length }),
    ...(spec.isKey && { primary: true }),
    ...(spec.isGenerated && { generated: 'increment' as const }),
    nullable: spec.isNullable ?? false,
    ...(spec.kind === 'instant' && { transformer: instants }),
  };
}

const indexName = (table: string, column: string): string => `idx_${table}_${column}`;

const indexesOf = (spec: TableSpec): [name: string, columns: string[]][] => [
  ...indexed(spec).map((column): [string, string[]] => [indexName(spec.name, column), [column]]),
  ...Object.entries(spec.indexes ?? {}),
];

const indexed = ({ columns }: TableSpec): string[] => Object.keys(columns).filter((name) => columns[name]!.isIndexed);

/** A table with columns that a later migration added. */
export const grown = ({ name, columns }: TableSpec, added: TableSpec['columns']): TableSpec => ({
  name,
  columns: { ...columns, ...added },
});

/** The entity of a table for one dialect (`DataSourceOptions['type']`). */
export const entityOf = (spec: TableSpec, dialect: string): EntitySchema<Record<string, unknown>> =>
  new EntitySchema<Record<string, unknown>>({
    name: spec.name,
    tableName: spec.name,
    columns: Object.fromEntries(
      Object.entries(spec.columns).map(([name, column]) => [name, entityColumn(column, dialect)]),
    ),
    indices: indexesOf(spec).map(([name, columns]) => ({ name, columns })),
  });

const tableColumn = (name: string, spec: ColumnSpec, dialect: string): TableColumnOptions => ({
  name,
  ...columnType(spec.kind, dialect),
  isPrimary: spec.isKey ?? false,
  isNullable: spec.isNullable ?? false,
  ...(spec.isGenerated && { isGenerated: true, generationStrategy: 'increment' as const }),
});

function tableOf(spec: TableSpec, dialect: string): Table {
  return new Table({
    name: spec.name,
    columns: Object.entries(spec.columns).map(([name, column]) => tableColumn(name, column, dialect)),
    indices: indexesOf(spec).map(([index, columnNames]) => new TableIndex({ name: index, columnNames })),
  });
}

/**
 * MySQL ends its transaction at each change of a table: a process killed between the change and TypeORM's note of it runs
 * the migration again, so every step first looks whether it was taken.
 */
async function ensureTable(runner: QueryRunner, table: Table): Promise<void> {
  if (!(await runner.hasTable(table.name))) return runner.createTable(table);
  for (const index of table.indices) await ensureIndex(runner, table.name, index);
}

async function ensureColumn(runner: QueryRunner, table: string, column: TableColumn): Promise<void> {
  if (!(await runner.hasColumn(table, column.name))) await runner.addColumn(table, column);
}

async function ensureIndex(runner: QueryRunner, table: string, index: TableIndex): Promise<void> {
  const known = await runner.getTable(table);
  if (!known?.indices.some(({ name }) => name === index.name)) await runner.createIndex(table, index);
}

/** A migration class that creates the tables. TypeORM knows what has run by `name`: `<Room><What><epoch ms>`. */
export const creating = (name: string, specs: TableSpec[]): new () => MigrationInterface =>
  class implements MigrationInterface {
    readonly name = name;

    async up(runner: QueryRunner): Promise<void> {
      for (const spec of specs) await ensureTable(runner, tableOf(spec, runner.dataSource.options.type));
    }

    async down(runner: QueryRunner): Promise<void> {
      for (const spec of specs.toReversed()) await runner.dropTable(spec.name);
    }
  };

/**
 * A migration class that adds columns to a table, with the indexes they ask for. Rows that are there have null in them,
 * so what is added is nullable; an index on a column that is there already is added by naming it in `indexes`.
 */
export const adding = (
  name: string,
  table: string,
  columns: TableSpec['columns'],
  indexes: string[] = [],
): new () => MigrationInterface =>
  class implements MigrationInterface {
    readonly name = name;

    async up(runner: QueryRunner): Promise<void> {
      const dialect = runner.dataSource.options.type;
      for (const [column, spec] of Object.entries(columns))
        await ensureColumn(runner, table, new TableColumn(tableColumn(column, spec, dialect)));
      for (const column of this.indexed())
        await ensureIndex(runner, table, new TableIndex({ name: indexName(table, column), columnNames: [column] }));
    }

    async down(runner: QueryRunner): Promise<void> {
      for (const column of this.indexed()) await runner.dropIndex(table, indexName(table, column));
      for (const column of Object.keys(columns)) await runner.dropColumn(table, column);
    }

    private indexed(): string[] {
      return [...indexed({ name: table, columns }), ...indexes];
    }
  };
