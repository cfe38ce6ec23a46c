export * from './pulls.js';
export * from './imports.js';
export * from './imports.store.js';
export * from './source.errors.js';
export * from './sources.js';
