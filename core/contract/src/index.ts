export * from './clock.js';
export * from './envelope.js';
export * from './envelope.check.js';
export * from './errors.js';
export * from './json.js';
export * from './log.js';
export * from './text.js';
