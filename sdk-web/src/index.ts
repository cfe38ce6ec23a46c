export { createPerennial, type Perennial } from './client.js';
export type { PerennialOptions } from './browser/options.js';
export type * from './core/index.js';
