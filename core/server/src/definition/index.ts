export * from './language.js';
export { problemsOf, schemaOf, type Report, type Shape } from './shape.js';
