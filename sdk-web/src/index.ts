export { createPerennial, type Perennial, type PerennialOptions } from './client.js';
export type * from './core/index.js';
