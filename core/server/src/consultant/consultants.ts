import { PlatformError, type ConsultantView, type WorkingHours } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { Principal } from '../access/index.js';
import { insertRows } from '../database/index.js';
import type { Zone } from '../time/zone.js';
import { CONSULTANT } from './consultant.errors.js';
import { heldBy } from './store/assignment.store.js';
import {
  handOf,
  hoursOf,
  readConsultants,
  readCrew,
  readLoads,
  saveTurns,
  type StoredConsultant,
} from './store/consultant.store.js';
import { inTurn } from './store/turn.js';
import type { Writing } from './writing.js';

export interface ConsultantInput {
  name: string;
  shop: string;
  capacity: number;
  isOnDuty: boolean;
  hours?: WorkingHours | null;
  userId?: string | null;
}

interface Tools {
  dataSource: DataSource;
  writing: Writing;
  zone: Zone;
  now: () => number;
  /** Somebody may have room now. */
  onChange: () => void;
}

/** Where a consultant's assignments go when she goes: another's id, or this. */
export const TO_QUEUE = 'queue';

/** The people whom customers are assigned to. */
export class Consultants {
  constructor(private readonly tools: Tools) {}

  async list(who?: Principal): Promise<ConsultantView[]> {
    const { manager } = this.tools.dataSource;
    const loads = await readLoads(manager);
    const rows = await readConsultants(manager);
    return rows.map((row) => this.view(row, loads.get(row.id) ?? 0, who));
  }

  /** The consultant as whom the operator signs in. */
  async mine(who: Principal): Promise<StoredConsultant | undefined> {
    if (!who.userId) return undefined;
    return (await readConsultants(this.tools.dataSource.manager)).find((row) => row.user_id === who.userId);
  }

  async create(input: ConsultantInput, who: Principal): Promise<ConsultantView> {
    const id = randomUUID();
    await inTurn(this.tools.dataSource, async (manager) => {
      await demandFree(manager, input.userId ?? null, id);
      const columns = ['id', 'name', 'shop', 'capacity', 'is_on_duty', 'hours', 'user_id', 'created_at'];
      await insertRows(manager, 'consultant', columns, [[id, ...valuesOf(input), this.tools.now()]]);
    });
    this.tools.onChange();
    return this.get(id, who);
  }

  async update(id: string, change: Partial<ConsultantInput>, who: Principal): Promise<ConsultantView> {
    await inTurn(this.tools.dataSource, async (manager) => {
      const row = await demand(manager, id);
      const known = { ...row, isOnDuty: row.is_on_duty === 1, hours: hoursOf(row) ?? null, userId: row.user_id };
      const next: ConsultantInput = { ...known, ...change };
      await demandFree(manager, next.userId ?? null, id);
      const sql =
        'UPDATE consultant SET name = ?, shop = ?, capacity = ?, is_on_duty = ?, hours = ?, user_id = ? WHERE id = ?';
      await manager.query(sql, [...valuesOf(next), id]);
    });
    this.tools.onChange();
    return this.get(id, who);
  }

  /** Comes on duty or goes off by her own word. Throws `CONSULTANT_NOT_ONE`. */
  async setDuty(isOnDuty: boolean, who: Principal): Promise<ConsultantView> {
    const mine = await this.mine(who);
    if (!mine) throw notOne();
    return this.update(mine.id, { isOnDuty }, who);
  }

  /** Throws `CONSULTANT_HOLDS_ASSIGNMENTS` unless it is said to whom they go. */
  async remove(id: string, to: string | undefined, by: string): Promise<void> {
    await inTurn(this.tools.dataSource, async (manager) => {
      const { name } = await demand(manager, id);
      const held = await heldBy(manager, id);
      if (held.length > 0 && to === undefined) throw holds(id, held.length);
      if (to === TO_QUEUE) await this.queueAll(manager, id, by, `${name} left`);
      else if (held.length > 0 && to !== undefined) await this.giveAll(manager, id, to, by, `${name} left`);
      await manager.query('UPDATE consultant SET removed_at = ?, user_id = NULL WHERE id = ?', [this.tools.now(), id]);
    });
    this.tools.onChange();
  }

  async get(id: string, who?: Principal): Promise<ConsultantView> {
    const found = (await this.list(who)).find((one) => one.id === id);
    if (!found) throw absent(id);
    return found;
  }

  private async queueAll(manager: EntityManager, id: string, by: string, reason: string): Promise<void> {
    const change = this.tools.writing.begin(this.tools.now());
    for (const row of await heldBy(manager, id)) change.queue(row, by, reason);
    await change.save(manager);
  }

  private async giveAll(manager: EntityManager, id: string, to: string, by: string, reason: string): Promise<void> {
    const change = this.tools.writing.begin(this.tools.now());
    const crew = await readCrew(manager, change.now, this.tools.zone);
    const [from, heir] = [crew.find(id), crew.find(to)];
    if (!heir || to === id) throw absent(to);
    const held = await heldBy(manager, id);
    if (heir.load + held.length > heir.capacity) throw full(heir.id, heir.capacity - heir.load);
    for (const row of held) {
      crew.hold(heir, row.rule_id);
      change.give(row, heir, { by, why: 'person', from, reason });
    }
    await change.save(manager);
    await saveTurns(manager, crew);
  }

  private view(row: StoredConsultant, load: number, who: Principal | undefined): ConsultantView {
    const hours = hoursOf(row);
    return {
      id: row.id,
      name: row.name,
      shop: row.shop,
      capacity: row.capacity,
      isOnDuty: row.is_on_duty === 1,
      ...(hours && { hours }),
      ...(row.user_id !== null && { userId: row.user_id }),
      load,
      isPresent: handOf(row, load, this.tools.now(), this.tools.zone).isPresent,
      isMine: row.user_id !== null && row.user_id === who?.userId,
      createdAt: row.created_at,
    };
  }
}

const valuesOf = ({ name, shop, capacity, isOnDuty, hours, userId }: ConsultantInput) => [
  name,
  shop,
  capacity,
  isOnDuty ? 1 : 0,
  hours ? JSON.stringify(hours) : null,
  userId ?? null,
];

async function demand(manager: EntityManager, id: string): Promise<StoredConsultant> {
  const row = (await readConsultants(manager)).find((one) => one.id === id);
  if (!row) throw absent(id);
  return row;
}

/** An operator is one consultant at most, and exists. */
async function demandFree(manager: EntityManager, userId: string | null, id: string): Promise<void> {
  if (userId === null) return;
  const [operator] = await manager.query<unknown[]>('SELECT id FROM operator WHERE id = ?', [userId]);
  if (!operator)
    throw new PlatformError('ACCESS_USER_ABSENT', 'there is no such user', { kind: 'absent', details: { userId } });
  const other = (await readConsultants(manager)).find((one) => one.user_id === userId && one.id !== id);
  if (other)
    throw new PlatformError(CONSULTANT.OPERATOR_TAKEN, `this user already signs in as ${other.name}`, {
      kind: 'conflict',
      details: { userId, consultant: other.id },
    });
}

export const absent = (id: string): PlatformError =>
  new PlatformError(CONSULTANT.ABSENT, 'there is no such consultant', { kind: 'absent', details: { id } });

export const full = (id: string, room: number): PlatformError =>
  new PlatformError(
    CONSULTANT.FULL,
    `there is room for ${Math.max(0, room)} more only; raise the capacity, or choose somebody else or the queue`,
    { kind: 'conflict', details: { id, room } },
  );

export const notOne = (): PlatformError =>
  new PlatformError(CONSULTANT.NOT_ONE, 'you are no consultant; an administrator can link your user to one', {
    kind: 'denied',
  });

const holds = (id: string, open: number): PlatformError =>
  new PlatformError(
    CONSULTANT.HOLDS_ASSIGNMENTS,
    `${open} assignments are not closed; say with ?to= whether they go to another consultant (her id) or to the queue`,
    { kind: 'conflict', details: { id, open } },
  );
