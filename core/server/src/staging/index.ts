import { LifecyclesController } from './http/lifecycles.controller.js';

export type { Restores } from './restores.js';
export { Staging } from './staging.js';
export { STAGING } from './staging.errors.js';

export const STAGING_CONTROLLERS = [LifecyclesController];
