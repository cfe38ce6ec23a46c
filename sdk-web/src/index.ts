export type { Perennial } from './client.js';
export { createPerennial } from './perennial.js';
export type { PerennialOptions } from './browser/options.js';
export type * from './core/index.js';
