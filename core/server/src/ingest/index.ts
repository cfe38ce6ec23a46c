export * from './ingest.errors.js';
export * from './ingest.js';
export * from './ingest.transaction.js';
export * from './log-door.js';
export * from './nats/nats-intake.js';
export * from './rules/apply.js';
export * from './rules/event.js';
export type * from './rules/personal.js';
export * from './rules/unpack.js';
