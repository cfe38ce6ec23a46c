export * from './answer.js';
export * from './app.js';
export { FOREIGN, type ForeignForm } from './adapters/foreign.js';
export { InFlight } from './in-flight.js';
export * from './metrics.js';
export { receiveWeb, type Received } from './receive.js';
export { readConfig, ConfigError, type CollectorConfig } from './runtime/node/config.js';
export { startCollector, type RunningCollector } from './runtime/node/serve.js';
export { Spool } from './runtime/node/spool/spool.js';
