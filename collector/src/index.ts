export * from './answer.js';
export * from './app.js';
export * from './metrics.js';
export { readConfig, type CollectorConfig } from './runtime/node/config.js';
export { startCollector, type RunningCollector } from './runtime/node/serve.js';
export { Spool } from './runtime/node/spool/spool.js';
