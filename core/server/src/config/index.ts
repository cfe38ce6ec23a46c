export * from './config.errors.js';
export * from './config.js';
export * from './nats-options.js';
export * from './secret-file.js';
export * from './settings.js';
