export * from './crypto/key-ring.js';
export * from './identity.errors.js';
export * from './rules/claim.js';
export * from './rules/graph.js';
export type * from './rules/identifier.ref.js';
export * from './rules/kinds.js';
export * from './rules/mask.js';
export * from './rules/normalise.js';
export * from './rules/resolve.js';
