export * from './access/index.js';
export * from './config/index.js';
export * from './core.module.js';
export * from './database/index.js';
export { prepareDemo, type DemoFacts } from './demo.js';
export * from './platform.js';
export { VERSION } from './version.js';
export { LIVING_PROFILES, openWarehouse, Warehouse } from './warehouse/index.js';
export type { ProfileState } from './profile/state.js';
