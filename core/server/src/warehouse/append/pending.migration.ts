import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { pendingPayloadType } from './pending.entity.js';

export class WarehousePendingCreate1764000000100 implements MigrationInterface {
  readonly name = 'WarehousePendingCreate1764000000100';

  async up(queryRunner: QueryRunner): Promise<void> {
    const payload = pendingPayloadType(queryRunner.connection.options.type);
    await queryRunner.createTable(
      new Table({
        name: 'warehouse_pending',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'lot', type: 'varchar', length: '64', isNullable: true },
          { name: 'payload', type: payload },
          { name: 'rows', type: 'integer' },
          { name: 'bytes', type: 'integer' },
        ],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('warehouse_pending');
  }
}
