// The tracker's heart without a browser: for mini programs, and for entries that bring their own platform.
export { answerOf } from './answer.js';
export { attempt } from './attempt.js';
export { createTracker } from './create.js';
export type { Choices, ConsentMode } from './consent.js';
export type { Draft, Envelope } from './envelope.js';
export type { Hooks, TrackerPlugin } from './hooks.js';
export type { Ids } from './identity.js';
export { randomId } from './ids.js';
export { BEACON_BYTES, EVENT_BYTES, REQUEST_BYTES, utf8Bytes } from './limits.js';
export { maskAddress, maskText } from './mask.js';
export type { Answer, Fields, Ports, Refused, Storage, Transport, Turn } from './ports.js';
export type { Counts } from './delivery.js';
export { cut, isoOf } from './text.js';
export type { AnyEvents, Calls, CallOptions, CoreOptions, TrackArgs, Tracker } from './tracker.js';
