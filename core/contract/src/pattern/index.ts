export { compilePattern } from './match.js';
export { patternProblem } from './problem.js';
