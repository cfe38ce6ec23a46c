export * from './host.errors.js';
export * from './host.js';
export * from './secrets.js';
export * from './store/host.tables.js';
