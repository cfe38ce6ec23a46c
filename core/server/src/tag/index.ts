export * from './rules/cell.js';
export * from './rules/compute.js';
export * from './rules/condition.js';
export * from './rules/observe.js';
export * from './rules/program.js';
export * from './rules/refresh.js';
export * from './rules/test.js';
export * from './tag.errors.js';
export type * from './tag.state.js';
