import { jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import {
  connect,
  credsAuthenticator,
  usernamePasswordAuthenticator,
  type NatsConnection,
} from '@nats-io/transport-node';
import { NATS_LOG, natsStream, PlatformError } from '@perennial/contract';
import { readFileSync } from 'node:fs';
import { INGEST } from '../ingest.errors.js';

export interface NatsOptions {
  servers: string[];
  credentialsFile: string | undefined;
  user: string | undefined;
  password: string | undefined;
  caFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
  replicas: number;
  maxBytes: number;
}

export interface Nats {
  connection: NatsConnection;
  manager: JetStreamManager;
  client: JetStreamClient;
}

const CONNECT_MS = 5_000;
const STREAM_ABSENT = 10059;

/** Connects and makes sure that the stream is there; `INGEST_NATS_DOWN` with a sentence where that fails. */
export async function openNats(options: NatsOptions): Promise<Nats> {
  let connection: NatsConnection | undefined;
  try {
    connection = await connect({
      servers: options.servers,
      name: 'perennial-core',
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      ...authenticatorOf(options),
      ...tlsOf(options),
    });
    const manager = await jetstreamManager(connection);
    await ensureStream(manager, options);
    return { connection, manager, client: manager.jetstream() };
  } catch (error) {
    await connection?.close();
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
    throw new Error(`the stream ${NATS_LOG.stream} there must keep ${wanted.subjects[0]} as a work queue`);
}

const SENTENCES: Record<string, string> = {
  AuthorizationError: 'NATS refuses the credentials',
  ConnectionError: 'NATS cannot be reached (PERENNIAL_NATS_URL)',
  JetStreamNotEnabled: 'JetStream is not enabled on the NATS server or for this account',
};

const explained = (cause: Error): PlatformError =>
  new PlatformError(INGEST.NATS_DOWN, [SENTENCES[cause.name], cause.message].filter(Boolean).join(': '), {
    kind: 'transient',
    cause,
  });
