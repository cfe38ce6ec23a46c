export * from './activation.suite.js';
export * from './file-source.suite.js';
export * from './model.suite.js';
export * from './plugin.suite.js';
