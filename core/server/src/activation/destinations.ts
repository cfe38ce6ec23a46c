import { PlatformError, type DestinationView, type JsonObject } from '@perennial/contract';
import { readOptions } from '@perennial/kit';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { insertRows } from '../database/index.js';
import { keepOptions, openOptions, showOptions, type Host } from '../host/index.js';
import type { KeyRing } from '../identity/index.js';
import { ACTIVATION } from './activation.errors.js';

interface StoredDestination {
  id: string;
  title: string;
  activation: string;
  options: string;
  secrets: string;
  is_enabled: number;
  created_at: number;
}

export interface DestinationInput {
  title: string;
  activation: string;
  options: JsonObject;
  isEnabled: boolean;
}

/** The option by which a destination asks to reach a private network, whichever plugin offers it. */
const PRIVATE_FIELD = 'allowPrivate';

/** The configured places that activations deliver to. Their secrets are encrypted and never shown again. */
export class Destinations {
  constructor(
    private readonly dataSource: DataSource,
    private readonly host: Host,
    private readonly keys: KeyRing,
    private readonly now: () => number,
    /** Whether the operator of this installation lets destinations reach private networks at all. */
    private readonly mayReachPrivate: boolean = true,
  ) {}

  async create({ title, activation, options, isEnabled }: DestinationInput): Promise<DestinationView> {
    const { facts } = this.activation(activation);
    readOptions(facts.destination, this.allowed(options), `destination ${title}`);
    const kept = keepOptions(facts.destination, options, {}, this.keys);
    const id = randomUUID();
    const row = [id, title, activation, kept.options, kept.secrets, isEnabled ? 1 : 0, this.now()];
    await insertRows(
      this.dataSource.manager,
      'destination',
      ['id', 'title', 'activation', 'options', 'secrets', 'is_enabled', 'created_at'],
      [row],
    );
    return this.view(await this.row(id));
  }

  async update(id: string, change: Partial<Omit<DestinationInput, 'activation'>>): Promise<DestinationView> {
    const row = await this.row(id);
    const { facts } = this.activation(row.activation);
    const known = openOptions(row, this.keys);
    const kept = change.options ? keepOptions(facts.destination, this.allowed(change.options), known, this.keys) : row;
    readOptions(facts.destination, openOptions(kept, this.keys), `destination ${row.title}`);
    const isEnabled = change.isEnabled === undefined ? row.is_enabled : change.isEnabled ? 1 : 0;
    const sql = 'UPDATE destination SET title = ?, options = ?, secrets = ?, is_enabled = ? WHERE id = ?';
    await this.dataSource.query(sql, [change.title ?? row.title, kept.options, kept.secrets, isEnabled, id]);
    return this.view(await this.row(id));
  }

  async remove(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM trigger_rule WHERE destination_id = ?', [id]);
    await this.dataSource.query('DELETE FROM destination WHERE id = ?', [id]);
  }

  async list(): Promise<DestinationView[]> {
    const rows = await this.dataSource.query<StoredDestination[]>('SELECT * FROM destination ORDER BY created_at, id');
    return rows.map((row) => this.view(row));
  }

  /** The destination with its plain options, for delivering; undefined when it is gone or switched off. */
  async open(id: string): Promise<{ activation: string; options: object } | undefined> {
    const [row] = await this.dataSource.query<StoredDestination[]>(
      'SELECT * FROM destination WHERE id = ? AND is_enabled = 1',
      [id],
    );
    if (!row) return undefined;
    const { facts } = this.activation(row.activation);
    return {
      activation: row.activation,
      options: readOptions(facts.destination, this.withinReach(openOptions(row, this.keys)), `destination ${row.id}`),
    };
  }

  private allowed(options: JsonObject): JsonObject {
    if (this.mayReachPrivate || options[PRIVATE_FIELD] !== true) return options;
    throw new PlatformError(ACTIVATION.PRIVATE_FORBIDDEN, 'PERENNIAL_PRIVATE_DESTINATIONS is off', { kind: 'denied' });
  }

  /** What was saved before the setting was made does not pass it by. */
  private withinReach(options: JsonObject): JsonObject {
    const isBeyond = !this.mayReachPrivate && options[PRIVATE_FIELD] === true;
    return isBeyond ? { ...options, [PRIVATE_FIELD]: false } : options;
  }

  private async row(id: string): Promise<StoredDestination> {
    const [row] = await this.dataSource.query<StoredDestination[]>('SELECT * FROM destination WHERE id = ?', [id]);
    if (!row)
      throw new PlatformError(ACTIVATION.DESTINATION_ABSENT, 'there is no such destination', {
        kind: 'absent',
        details: { id },
      });
    return row;
  }

  private activation(key: string) {
    const found = this.host.activations.get(key);
    if (!found)
      throw new PlatformError(ACTIVATION.ABSENT, 'no plugin offers this activation', {
        kind: 'absent',
        details: { activation: key },
      });
    return found;
  }

  private view(row: StoredDestination): DestinationView {
    const { id, title, activation, created_at: createdAt } = row;
    const facts = this.host.activations.get(activation)?.facts;
    const shown = facts ? showOptions(facts.destination, openOptions(row, this.keys)) : { options: {}, secretsSet: [] };
    return { id, title, activation, ...shown, isEnabled: row.is_enabled === 1, createdAt };
  }
}
