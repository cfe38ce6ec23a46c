import { jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import {
  connect,
  credsAuthenticator,
  usernamePasswordAuthenticator,
  type NatsConnection,
} from '@nats-io/transport-node';
import { NATS_LOG, natsStream } from '@perennial/contract';
import { readFileSync } from 'node:fs';
import type { NatsOptions } from './options.js';

const CONNECT_MS = 5_000;

export interface Nats {
  connection: NatsConnection;
  manager: JetStreamManager;
  client: JetStreamClient;
}

/** Connects and makes sure that the stream is there. What goes wrong is said in a sentence an operator can act on. */
export async function openNats(options: NatsOptions, name: string): Promise<Nats> {
  const connection = await connect({
    servers: options.servers,
    name,
    timeout: CONNECT_MS,
    // Once it was there it is sought for ever; what waits meanwhile lies on the disk.
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    ...authenticatorOf(options),
    ...tlsOf(options),
  }).catch((error: unknown) => {
    throw explained(error as Error);
  });
  try {
    const manager = await jetstreamManager(connection);
    await ensureStream(manager, options);
    return { connection, manager, client: manager.jetstream() };
  } catch (error) {
    await connection.close();
    throw explained(error as Error);
  }
}

const authenticatorOf = ({ credentialsFile, user, password }: NatsOptions) =>
  credentialsFile
    ? { authenticator: credsAuthenticator(readFileSync(credentialsFile)) }
    : user
      ? { authenticator: usernamePasswordAuthenticator(user, password) }
      : {};

function tlsOf({ servers, caFile, certFile, keyFile }: NatsOptions) {
  if (!caFile && !certFile && !servers.some((server) => server.startsWith('tls://'))) return {};
  return { tls: { ...(caFile && { caFile }), ...(certFile && { certFile }), ...(keyFile && { keyFile }) } };
}

/** Whoever comes first makes it; what stands is left as the operator has set it, if it can do its work. */
export async function ensureStream(manager: JetStreamManager, { replicas, maxBytes }: NatsOptions): Promise<void> {
  const wanted = natsStream(replicas, maxBytes);
  const standing = await manager.streams.info(NATS_LOG.stream).catch((error: Error & { code?: number }) => {
    if (error.code === STREAM_ABSENT) return undefined;
    throw error;
  });
  if (!standing) await manager.streams.add({ ...wanted, subjects: [...wanted.subjects] });
  else if (standing.config.retention !== wanted.retention || !standing.config.subjects.includes(wanted.subjects[0]))
    throw new Error(
      `the stream ${NATS_LOG.stream} on this server is another one; it must keep ${wanted.subjects[0]} as a work queue`,
    );
}

const STREAM_ABSENT = 10059;

const SENTENCES: Record<string, string> = {
  AuthorizationError: 'NATS refuses the credentials (PERENNIAL_NATS_CREDENTIALS, or PERENNIAL_NATS_USER and _PASSWORD)',
  ConnectionError: 'NATS cannot be reached (PERENNIAL_NATS_URL)',
  JetStreamNotEnabled: 'JetStream is not enabled on the NATS server or for this account',
};

function explained(error: Error): Error {
  const sentence = SENTENCES[error.name];
  return sentence ? new Error(`${sentence}: ${error.message}`, { cause: error }) : error;
}
