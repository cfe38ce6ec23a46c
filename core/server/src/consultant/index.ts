export * from './consultant.errors.js';
export { CONSULTANT_CONTROLLERS, ConsultantRoom, type ConsultantTools } from './consultant.room.js';
export { CLOSED, CONTACTED, REOPENED } from './feedback.js';
