// What a page knows of its visitor, shared by its tabs: traits, consent, flags and experiments.
export { createState } from './anywhere.js';
export { murmur3 } from './murmur.js';
export { bucketOf, decide, type Decision, type Person, type Reason } from './assign.js';
export type { Base, Experiments, Realm, Shape, State, StateOptions } from './state.js';
