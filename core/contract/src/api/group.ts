import type { Json } from '../json.js';

/** `GET /api/v1/groups` (Page), the last seen first. A store, a company: what clients' `group` calls name. */
export interface GroupView {
  id: string;
  /** Its trait `name`, where one was stated. */
  name?: string;
  firstSeenAt: number;
  lastSeenAt: number;
  traits: { key: string; value: Json; at: number; sourceId: string }[];
}
/** `GET /api/v1/groups/:id` */
export interface GroupDetail extends GroupView {
  /** Living people whose events said that they belong to it. */
  members: number;
}
/** That a person belongs to a group. */
export interface MembershipView {
  id: string;
  name?: string;
  since: number;
  lastAt: number;
}
