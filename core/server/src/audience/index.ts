export { AUDIENCE_CONTROLLERS, AudienceRoom, type AudienceTools } from './audience.room.js';
export type * from './audience.state.js';
