import type { NatsOptions } from '../ingest/nats/connection.js';
import type { Settings } from './settings.js';

const MB = 1024 * 1024;

/** `undefined` where the log comes by HTTP alone. */
export function natsOptionsOf(settings: Settings): NatsOptions | undefined {
  if (settings.log !== 'nats') return undefined;
  return {
    servers: settings.natsUrl!.split(',').map((part) => part.trim()),
    credentialsFile: settings.natsCredentials,
    user: settings.natsUser,
    password: settings.natsPassword,
    caFile: settings.natsCa,
    certFile: settings.natsCert,
    keyFile: settings.natsKey,
    replicas: settings.natsReplicas,
    maxBytes: settings.natsMaxMb * MB,
  };
}
