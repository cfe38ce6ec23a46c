export interface NatsOptions {
  servers: string[];
  credentialsFile: string | undefined;
  user: string | undefined;
  password: string | undefined;
  caFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
  /** How many servers keep each message, when the stream is made. */
  replicas: number;
  /** Most that lies in the stream, when it is made; a full one refuses. */
  maxBytes: number;
}
