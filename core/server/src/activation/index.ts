export * from './rules/match.js';
