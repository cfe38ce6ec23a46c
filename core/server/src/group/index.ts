export type * from './group.state.js';
export * from './groups.js';
export * from './http/groups.controller.js';
export * from './rules/group-of.js';
export * from './rules/membership.js';
export type * from './rules/statement.js';
export * from './store/group.store.js';
