export * from './language.js';
export { problemsOf, schemaOf, type Report, type Shape } from './shape.js';
export * from './words.js';
export * from './titles.js';
