import { EntitySchema } from 'typeorm';

/** A batch of warehouse rows that is committed in the record and not yet known to be in the warehouse. */
export interface WarehousePending {
  id: number;
  /** `<first id>-<last id>` of the rows appended together; fixed before the first insert, null until then. */
  lot: string | null;
  /** JSON: table to NDJSON. */
  payload: string;
  rows: number;
  bytes: number;
}

/**
 * SQLite's driver knows no `longtext`, MariaDB's `text` ends at 64 kB, and decorators are evaluated before the dialect
 * is known: hence a schema made for the dialect, which is free of drift on both.
 */
export const pendingPayloadType = (dialect: string): 'text' | 'longtext' =>
  dialect === 'mysql' || dialect === 'mariadb' ? 'longtext' : 'text';

/** `dialect` is TypeORM's `DataSourceOptions['type']`. */
export const warehousePendingSchema = (dialect: string): EntitySchema<WarehousePending> =>
  new EntitySchema<WarehousePending>({
    name: 'WarehousePending',
    tableName: 'warehouse_pending',
    columns: {
      id: { type: 'integer', primary: true, generated: 'increment' },
      lot: { type: 'varchar', length: 64, nullable: true },
      payload: { type: pendingPayloadType(dialect) },
      rows: { type: 'integer' },
      bytes: { type: 'integer' },
    },
  });
