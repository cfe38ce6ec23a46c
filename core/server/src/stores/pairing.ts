import { PlatformError } from '@perennial/contract';
import { randomBytes } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { insertIgnoreRows } from '../database/index.js';
import { PendingStore, setLanded, type Warehouse } from '../warehouse/index.js';
import { eventBlocks } from './blocks.js';
import { recordFacts, signWarehouse, warehouseFacts } from './facts.js';
import { rebuildSnapshots } from './mend/snapshots.js';
import { setAside } from './mend/surplus.js';
import { compare, type RecordFacts, type Verdict, type WarehouseFacts } from './rules/compare.js';
import { refusal } from './rules/sentences.js';
import { rangesIn, saveRange, setState, type StoreRange } from './store/ranges.js';
import { STORES } from './stores.errors.js';

export interface PairingTools {
  dataSource: DataSource;
  warehouse: Warehouse;
  now: () => number;
  /** For the sentences: where the two lie. */
  places: { record: string; warehouse: string };
  /** What was found and mended is told once, when it is found. */
  tell: (error: PlatformError) => void;
}

/**
 * Sees to it that record and warehouse belong together before anything is written into either: another's is refused, an
 * older record or a lost warehouse is put right as far as what is there goes. It may be cut off anywhere and begins again.
 */
export class Pairing {
  private meeting: Promise<void> | undefined;
  private hasMet = false;

  constructor(private readonly tools: PairingTools) {}

  /** Whether the two were compared since the start, and are in order. */
  get isMet(): boolean {
    return this.hasMet;
  }

  /** Waits for the warehouse as its calls do. Rejects with `STORES_FOREIGN` or `STORES_RECORD_LOST`. */
  meet(): Promise<void> {
    this.meeting ??= this.compareAndMend().then(
      () => void (this.hasMet = true),
      (error: unknown) => {
        this.meeting = undefined;
        throw error;
      },
    );
    return this.meeting;
  }

  private async compareAndMend(): Promise<void> {
    const { dataSource, warehouse } = this.tools;
    await warehouse.ready();
    const [record, history] = [await recordFacts(dataSource), await warehouseFacts(warehouse)];
    await this.act(compare(record, history), record, history);
    for (const range of await rangesIn(dataSource, ['open'])) await this.mend(range, record.id);
  }

  private async act(verdict: Verdict, record: RecordFacts, history: WarehouseFacts): Promise<void> {
    const { dataSource, warehouse, places, now } = this.tools;
    switch (verdict.kind) {
      case 'same':
        return;
      case 'new':
        await this.adopt(history);
        return signWarehouse(warehouse, record.id);
      case 'foreign':
      case 'record-lost':
        throw refusal(verdict, record, places);
      case 'record-older': {
        const range: StoreRange = { ...verdict, kind: 'voided', state: 'open', foundAt: now() };
        return dataSource.transaction((manager) => this.void(manager, range, verdict.lastProfile));
      }
      case 'warehouse-lost': {
        const range: StoreRange = { from: 0, to: verdict.to, kind: 'lost', state: 'open', foundAt: now() };
        return dataSource.transaction((manager) => this.write(manager, range));
      }
    }
  }

  /** History that was written before landings were counted is taken as it is. */
  private async adopt({ lastSeq }: WarehouseFacts): Promise<void> {
    const { dataSource, warehouse } = this.tools;
    if (lastSeq > 0) await setLanded(dataSource.manager, await eventBlocks(warehouse));
  }

  /** Numbers that were given out once are not given out again. */
  private async void(manager: EntityManager, range: StoreRange, lastProfile: number): Promise<void> {
    await atLeast(manager, 'seq', range.to + 1);
    await atLeast(manager, 'profile', lastProfile + 1);
    await new PendingStore(this.tools.dataSource).fixEach(manager, randomBytes(4).toString('hex'));
    await saveRange(manager, range);
  }

  private async write(manager: EntityManager, range: StoreRange): Promise<void> {
    await manager.query('DELETE FROM landed_block');
    await saveRange(manager, range);
  }

  private async mend(range: StoreRange, id: string): Promise<void> {
    const { dataSource, warehouse } = this.tools;
    if (range.kind === 'voided') await setAside(warehouse, range);
    await rebuildSnapshots(this.tools, range.to);
    await signWarehouse(warehouse, id);
    await setState(dataSource, range.from, 'told');
    this.tools.tell(found(range));
  }
}

async function atLeast(manager: EntityManager, name: string, next: number): Promise<void> {
  await insertIgnoreRows(manager, 'counter', ['name', 'next'], [[name, next]]);
  await manager.query('UPDATE counter SET next = ? WHERE name = ? AND next < ?', [next, name, next]);
}

const found = ({ kind, from, to }: StoreRange): PlatformError =>
  kind === 'voided'
    ? new PlatformError(
        STORES.RECORD_OLDER,
        `the record is an older copy: history had arrival numbers ${from} to ${to}, which this record has not given out. Their ` +
          'rows were set aside, the numbers are void, snapshots were written anew, and collectors send again what they still ' +
          'have. "perennial doctor" says what has not come again',
        { kind: 'conflict', details: { from, to } },
      )
    : new PlatformError(
        STORES.WAREHOUSE_LOST,
        `the warehouse is empty, and the record has given out arrival numbers up to ${to}: events, tag changes and moves up to ` +
          'there are lost unless a copy of the warehouse is put back. People, tags, stages and audiences are whole in the ' +
          'record; their snapshots were written anew',
        { kind: 'conflict', details: { to } },
      );
