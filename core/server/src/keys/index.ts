export { KeysController } from './http/keys.controller.js';
export { hasKeys, Keys } from './keys.js';
export { keySourceOf, type KeySource } from './keys.file.js';
