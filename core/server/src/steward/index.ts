export type { Hubs } from './hubs.js';
export { Steward, STEWARD_CONTROLLERS, type StewardTools } from './steward.js';
