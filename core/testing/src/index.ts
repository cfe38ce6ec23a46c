export * from './database/index.js';
export * from './suites/index.js';
export * from './warehouse/index.js';
