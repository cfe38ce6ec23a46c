export { ParityController } from './http/parity.controller.js';
export { PARITY } from './parity.errors.js';
export { Parity } from './parity.js';
