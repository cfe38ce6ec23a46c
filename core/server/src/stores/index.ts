export { StoresRoom } from './stores.room.js';
export { StoreWatch } from './watch.js';
export { StoresController } from './http/stores.controller.js';
export { STORES } from './stores.errors.js';
