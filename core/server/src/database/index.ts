export * from './data-source.js';
export * from './database.errors.js';
export * from './faults.js';
export * from './record.js';
export * from './sql.js';
export * from './table-spec.js';
export * from './lease.js';
export * from './record-state.js';
