export { createPerennial, type Perennial, type PerennialOptions } from './client.js';
