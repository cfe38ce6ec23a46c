import type { Condition } from '../condition.js';
import type { JsonObject } from '../json.js';
import type { Text } from '../text.js';
import type { FieldView } from './plugin.js';

/** `GET /api/v1/activations`: what plugins offer. */
export interface ActivationView {
  key: string;
  plugin: string;
  title: Text;
  fields: FieldView[];
  payloadFields: FieldView[];
}
/** `GET|POST /api/v1/destinations`, `PATCH|DELETE /api/v1/destinations/:id`, `POST /api/v1/destinations/:id/test` */
export interface DestinationView {
  id: string;
  title: string;
  activation: string;
  options: JsonObject;
  secretsSet: string[];
  isEnabled: boolean;
  createdAt: number;
}
/** When a trigger fires: on a move into a stage, a tag taking a value, entering or leaving an audience, or an event. */
export type TriggerCause =
  | { on: 'stage.moved'; lifecycle: string; to: string }
  | { on: 'tag.changed'; tag: string; to?: unknown }
  | { on: 'audience.entered' | 'audience.left'; audience: string }
  | { on: 'event.applied'; event: string };
/** `GET|POST /api/v1/triggers`, `PATCH|DELETE /api/v1/triggers/:id` */
export interface TriggerView {
  id: string;
  title: string;
  cause: TriggerCause;
  /** Must hold of the profile at that moment. */
  when?: Condition;
  destinationId: string;
  payload: JsonObject;
  isEnabled: boolean;
  createdAt: number;
}
export const DELIVERY_STATUSES = ['waiting', 'sent', 'failed', 'dead', 'skipped'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];
/** `GET /api/v1/deliveries?status=&destination=`, `POST /api/v1/deliveries/replay {ids}` (dead ones). */
export interface DeliveryView {
  id: string;
  profileId: string;
  destinationId: string;
  triggerId?: string;
  status: DeliveryStatus;
  attempts: number;
  createdAt: number;
  nextAt?: number;
  lastError?: string;
}
