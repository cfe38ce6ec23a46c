export * from './database/index.js';
export * from './suites/index.js';
