import { headers, wsconnect, type ConnectionOptions, type NatsConnection } from '@nats-io/nats-core';
import { natsSubjectOf } from '@perennial/contract';
import { messagesOf } from '../../parts.js';
import type { Publish } from './publish.js';
import type { WorkerSettings } from './settings.js';

const TIMEOUT_MS = 5_000;
const HEADER_BYTES = 4_096;
const DEFAULT_BYTES = 1_000_000;

type Dial = (options: ConnectionOptions) => Promise<NatsConnection>;

/** To JetStream, over a web socket unless `dial` knows another way. One connection, which finds its servers again by itself. */
export function publishToNats(
  { servers, user, password }: NonNullable<WorkerSettings['nats']>,
  dial: Dial = wsconnect,
): Publish {
  let opening: Promise<NatsConnection> | undefined;
  const open = async (): Promise<NatsConnection> => {
    opening ??= dial({
      servers,
      maxReconnectAttempts: -1,
      timeout: TIMEOUT_MS,
      ...(user && { user, pass: password! }),
    });
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  return async (lot) => {
    const connection = await open();
    const limit = Math.min(DEFAULT_BYTES, connection.info?.max_payload ?? DEFAULT_BYTES) - HEADER_BYTES;
    for (const { id, headers: values, bytes } of messagesOf(lot, limit)) {
      const said = headers();
      for (const [name, value] of Object.entries({ ...values, 'Nats-Msg-Id': id })) said.set(name, value);
      const answer = await connection.request(natsSubjectOf(lot.logId), bytes, { headers: said, timeout: TIMEOUT_MS });
      if (answer.json<{ seq?: number }>().seq === undefined) throw new Error('NATS did not keep it');
    }
  };
}
