export * from './library/five-stages.js';
export { PLAYBOOKS } from './library/playbooks.js';
export * from './lifecycle.errors.js';
export type * from './lifecycle.state.js';
export * from './rules/move.js';
export { reachProblems } from './rules/reach.js';
export * from './rules/reading.js';
export * from './rules/validate.js';
export * from './rules/plain.js';
