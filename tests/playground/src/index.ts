export * from './callers.js';
export * from './client.js';
export * from './dirt.js';
export * from './generate.js';
export * from './people.js';
export * from './score.js';
export * from './truth.js';
