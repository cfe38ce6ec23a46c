export * from './activation.errors.js';
export * from './deliveries.js';
export * from './destinations.js';
export * from './dispatcher.js';
export * from './rules/match.js';
export * from './triggers.js';
