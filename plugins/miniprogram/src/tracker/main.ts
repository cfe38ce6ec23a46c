import { createPerennial } from './index.js';

declare const exports: { createPerennial: typeof createPerennial };

// By hand, because the bundler's own form of a CommonJS module costs a fifth of a kilobyte.
exports.createPerennial = createPerennial;
