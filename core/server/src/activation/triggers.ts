import {
  PlatformError,
  type Condition,
  type JsonObject,
  type TriggerCause,
  type TriggerView,
} from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { insertRows } from '../database/index.js';
import { ACTIVATION } from './activation.errors.js';
import type { Hearing, Trigger } from './rules/match.js';

interface StoredTrigger {
  id: string;
  title: string;
  destination_id: string;
  doc: string;
  is_enabled: number;
  created_at: number;
}

export interface TriggerInput {
  title: string;
  cause: TriggerCause;
  when?: Condition;
  destinationId: string;
  payload: JsonObject;
  isEnabled: boolean;
}

/** Something that waits for causes, with what people call it: a trigger, or a neighbour's rule. */
export interface Hearer extends Hearing {
  id: string;
  title: string;
}

/** The rules that make deliveries; those in force are kept in memory, because every batch asks for them. */
export class Triggers {
  private active: Trigger[] = [];
  /** Told after a trigger was made, changed or removed. */
  onChange: () => Promise<void> = async () => {};
  /** Neighbours' rules that wait for the same causes; what they name is kept live and may not be removed either. */
  alsoHearing: () => Promise<(Hearer & { isEnabled: boolean })[]> = async () => [];
  private others: Hearing[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
  ) {}

  get inForce(): Trigger[] {
    return this.active;
  }

  /** Triggers and neighbours' rules in force. */
  get hearing(): Hearing[] {
    return [...this.active, ...this.others];
  }

  async load(): Promise<void> {
    this.active = (await this.list()).filter(({ isEnabled }) => isEnabled);
    this.others = (await this.alsoHearing()).filter(({ isEnabled }) => isEnabled);
  }

  /** Everything that waits for causes, in force or not. */
  async hearers(): Promise<Hearer[]> {
    return [...(await this.list()), ...(await this.alsoHearing())];
  }

  /** Called when a neighbour's rule changed. */
  async changed(): Promise<void> {
    await this.load();
    await this.onChange();
  }

  async list(): Promise<TriggerView[]> {
    const rows = await this.dataSource.query<StoredTrigger[]>('SELECT * FROM trigger_rule ORDER BY created_at, id');
    return rows.map(viewOf);
  }

  async create({ title, destinationId, isEnabled, ...doc }: TriggerInput): Promise<TriggerView> {
    const id = randomUUID();
    const row = [id, title, destinationId, JSON.stringify(doc), isEnabled ? 1 : 0, this.now()];
    await insertRows(
      this.dataSource.manager,
      'trigger_rule',
      ['id', 'title', 'destination_id', 'doc', 'is_enabled', 'created_at'],
      [row],
    );
    return this.saved(id);
  }

  async update(id: string, change: Partial<TriggerInput>): Promise<TriggerView> {
    const { title, destinationId, isEnabled, ...doc } = { ...(await this.get(id)), ...change };
    const { cause, when, payload } = doc;
    const sql = 'UPDATE trigger_rule SET title = ?, destination_id = ?, doc = ?, is_enabled = ? WHERE id = ?';
    await this.dataSource.query(sql, [
      title,
      destinationId,
      JSON.stringify({ cause, when, payload }),
      isEnabled ? 1 : 0,
      id,
    ]);
    return this.saved(id);
  }

  async remove(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM trigger_rule WHERE id = ?', [id]);
    await this.changed();
  }

  private async saved(id: string): Promise<TriggerView> {
    await this.changed();
    return this.get(id);
  }

  private async get(id: string): Promise<TriggerView> {
    const found = (await this.list()).find((trigger) => trigger.id === id);
    if (!found)
      throw new PlatformError(ACTIVATION.TRIGGER_ABSENT, 'there is no such trigger', {
        kind: 'absent',
        details: { id },
      });
    return found;
  }
}

const viewOf = ({
  id,
  title,
  destination_id: destinationId,
  doc,
  is_enabled: enabled,
  created_at: createdAt,
}: StoredTrigger): TriggerView => ({
  id,
  title,
  destinationId,
  ...(JSON.parse(doc) as Pick<TriggerInput, 'cause' | 'when' | 'payload'>),
  isEnabled: enabled === 1,
  createdAt,
});
