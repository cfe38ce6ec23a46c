export * from './app.js';
export * from './page.js';
export * from './problem.filter.js';
