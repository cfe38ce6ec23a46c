export type { Releases } from './releases.js';
export { Tagging, TAGGING_CONTROLLERS, type TaggingTools } from './tagging.js';
export { TAGGING_TABLES, TaggingCreate } from './store/tagging.tables.js';
export type { Shelf } from './shelf.js';
export type { TagRuns } from './runs.js';
