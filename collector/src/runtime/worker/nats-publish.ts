import { headers, wsconnect, type ConnectionOptions, type NatsConnection } from '@nats-io/nats-core';
import { natsSubjectOf } from '@perennial/contract';
import { messagesOf, type SentLot } from '../../parts.js';
import type { Publish } from './publish.js';
import type { WorkerSettings } from './settings.js';

const TIMEOUT_MS = 3_000;
const HEADER_BYTES = 4_096;
const DEFAULT_BYTES = 1_000_000;

export interface NatsPorts {
  /** Over a web socket unless another way is known. */
  dial?: (options: ConnectionOptions) => Promise<NatsConnection>;
  /** Cloudflare's Workers let no request use a connection that another one opened: there each has its own. */
  isShared?: boolean;
}

const isWorkers = (): boolean =>
  (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent === 'Cloudflare-Workers';

/** To JetStream. A shared connection finds its servers again by itself. */
export function publishToNats(
  { servers, user, password }: NonNullable<WorkerSettings['nats']>,
  { dial = wsconnect, isShared = !isWorkers() }: NatsPorts = {},
): Publish {
  const login = user ? { user, pass: password! } : {};
  const options = { servers, timeout: TIMEOUT_MS, reconnect: isShared, maxReconnectAttempts: -1, ...login };
  let opening: Promise<NatsConnection> | undefined;
  const open = async (): Promise<NatsConnection> => {
    opening ??= dial(options);
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  return async (lot) => {
    if (isShared) return publish(await open(), lot);
    const own = await dial(options);
    try {
      await publish(own, lot);
    } finally {
      await own.close();
    }
  };
}

async function publish(connection: NatsConnection, lot: SentLot): Promise<void> {
  const limit = Math.min(DEFAULT_BYTES, connection.info?.max_payload ?? DEFAULT_BYTES) - HEADER_BYTES;
  for (const { id, headers: values, bytes } of messagesOf(lot, limit)) {
    const said = headers();
    for (const [name, value] of Object.entries({ ...values, 'Nats-Msg-Id': id })) said.set(name, value);
    const answer = await connection.request(natsSubjectOf(lot.logId), bytes, { headers: said, timeout: TIMEOUT_MS });
    if (answer.json<{ seq?: number }>().seq === undefined) throw new Error('NATS did not keep it');
  }
}
