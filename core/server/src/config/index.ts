export * from './config.errors.js';
export * from './config.js';
export * from './env-file.js';
export * from './folder-hold.js';
export * from './nats-options.js';
export * from './private-folder.js';
export * from './secret-file.js';
export * from './settings.js';
