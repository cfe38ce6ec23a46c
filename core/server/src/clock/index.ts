export * from './http/clock.controller.js';
export * from './server-clock.js';
export * from './taking-back.js';
