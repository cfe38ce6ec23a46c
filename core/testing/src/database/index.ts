export * from './mariadb.js';
export * from './stores.js';
