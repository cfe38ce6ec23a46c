export { NO_CHANGE, type Regroup } from './regroup.js';
export { closureOf } from './store/closure.store.js';
export type { Hubs } from './hubs.js';
export { Steward, STEWARD_CONTROLLERS, type StewardTools } from './steward.js';
