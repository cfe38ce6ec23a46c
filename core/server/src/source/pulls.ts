import { checkUnmeasured, wellFormed, type Envelope, type LogHeader } from '@perennial/contract';
import type { PullBatch, PullSource } from '@perennial/kit';
import type { DataSource, EntityManager } from 'typeorm';
import { Leases, upsertRows } from '../database/index.js';
import type { Host } from '../host/index.js';
import { refusedItem, toEvent, type Batch, type Ingest } from '../ingest/index.js';
import { Loop } from '../time/loop.js';
import type { Zone } from '../time/zone.js';
import type { Sources } from './sources.js';

interface Tools {
  dataSource: DataSource;
  host: Host;
  sources: Sources;
  ingest: Ingest;
  /** Unique among processes, for the lease. */
  holder: string;
  zone: Zone;
  now: () => number;
  onError: (error: unknown) => void;
}

interface Cursor {
  position: string | undefined;
  batches: number;
}

const DEFAULT_SECONDS = 300;
const LEASE_MS = 60_000;

/**
 * Asks pull sources for what is new, each at its own pace, in one process at a time. The cursor moves in the transaction
 * that applies what came, so a failure anywhere goes on from the last batch that was applied.
 */
export class Pulls {
  private readonly loops: Loop[];
  private readonly leases: Leases;

  constructor(private readonly tools: Tools) {
    this.leases = new Leases(tools.dataSource, tools.now);
    this.loops = [...tools.host.sources.values()].flatMap(({ part, facts }) =>
      'pull' in part
        ? [
            new Loop(
              (facts.everySeconds ?? DEFAULT_SECONDS) * 1000,
              () => this.pull(facts.key, facts.title.zh, part),
              tools.onError,
            ),
          ]
        : [],
    );
  }

  start(): void {
    for (const loop of this.loops) loop.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }

  /** One pull to its end; nothing while another process holds the source. */
  async pull(key: string, title: string, source: PullSource): Promise<void> {
    const lease = `pull.${key}`;
    if (!(await this.leases.tryHold(lease, this.tools.holder, LEASE_MS))) return;
    const sourceId = await this.ensureSource(key, title);
    let cursor = await this.cursorOf(key);
    for await (const batch of source.pull(cursor.position)) {
      cursor = { position: batch.cursor, batches: cursor.batches + 1 };
      await this.apply(key, sourceId, batch, cursor);
      await this.leases.tryHold(lease, this.tools.holder, LEASE_MS);
    }
  }

  private apply(key: string, sourceId: string, { envelopes }: PullBatch, cursor: Cursor): Promise<void> {
    const receivedAt = this.tools.now();
    const batch = this.batchOf(envelopes, { sourceId, receivedAt, endpoint: 'pull' }, `${key}:${cursor.batches}`);
    return this.tools.ingest.accept({ ...batch, alsoWrite: (manager) => this.save(manager, key, cursor) });
  }

  /** What another system states is checked like what clients state. */
  private batchOf(envelopes: Envelope[], header: LogHeader, place: string): Pick<Batch, 'events' | 'refused'> {
    const zone = this.tools.zone.offsets;
    const batch: Pick<Batch, 'events' | 'refused'> = { events: [], refused: [] };
    for (const [n, envelope] of envelopes.entries()) {
      const check = checkUnmeasured(wellFormed(envelope), { receivedAt: header.receivedAt, zone });
      if (check.ok) batch.events.push(toEvent(check.envelope, header, `${place}:${n}`, { zone }));
      else batch.refused.push(refusedItem(header, check.refusal, JSON.stringify(envelope), `${place}:${n}`));
    }
    return batch;
  }

  private async save(manager: EntityManager, key: string, { position, batches }: Cursor): Promise<void> {
    const columns = ['source', 'position', 'batches', 'updated_at'];
    await upsertRows(manager, 'pull_cursor', ['source'], columns, [[key, position, batches, this.tools.now()]]);
  }

  private async cursorOf(key: string): Promise<Cursor> {
    const sql = 'SELECT position, batches FROM pull_cursor WHERE source = ?';
    const [row] = await this.tools.dataSource.query<{ position: string; batches: number }[]>(sql, [key]);
    return row ?? { position: undefined, batches: 0 };
  }

  private async ensureSource(key: string, title: string): Promise<string> {
    const id = key.slice(0, 36);
    const isKnown = (await this.tools.sources.list()).some((source) => source.id === id);
    if (!isKnown) await this.tools.sources.create(title, 'pull', id);
    return id;
  }
}
