import type { JsonObject } from '@perennial/contract';
import type { ModelContext } from '@perennial/kit';
import { openWarehouse } from '@perennial/server';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What somebody did, as a model will find it in the view `person_events`. */
export interface PastEvent {
  profile: number;
  /** Epoch ms. */
  at: number;
  name: string;
  properties?: JsonObject;
}

export interface TestHistory {
  /** What a model is given. */
  rows: ModelContext['rows'];
  add(events: PastEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** A real warehouse in a folder of its own, on the built engine; call `close` when done. */
export async function openHistory(): Promise<TestHistory> {
  const home = await mkdtemp(join(tmpdir(), 'perennial-history-'));
  const warehouse = openWarehouse({ directory: join(home, 'warehouse') });
  await warehouse.ready();
  let seq = 0;
  const line = ({ profile, at, name, properties = {} }: PastEvent) => {
    seq += 1;
    const facts = { source_id: 'test', type: 'track', name, properties: JSON.stringify(properties) };
    const empty = { traits: '{}', context: '{}', identifiers: [] };
    return JSON.stringify({ seq, event_id: `e_${seq}`, profile, at, received_at: at, ...facts, ...empty });
  };
  return {
    rows: (sql, params) => warehouse.rows(sql, params),
    add: (events) => warehouse.insert('events', events.map(line).join('\n'), `history-${seq}`),
    close: async () => {
      await warehouse.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
