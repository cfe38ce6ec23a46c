export { AUDIENCE_CONTROLLERS, AudienceRoom, type AudienceTools } from './audience.room.js';
export type * from './audience.state.js';
export { ruleSql, type RuleContext } from './compile/rule.sql.js';
export type { RuleQueries } from './rule-queries.js';
