import type { Condition } from '../condition.js';
import type { JsonObject } from '../json.js';
import type { TriggerCause } from './activation.js';

/** When somebody works, by the platform's time zone; weekdays are 1 (Monday) to 7, times `HH:MM` within one day. */
export interface WorkingHours {
  days: number[];
  from: string;
  to: string;
}
/**
 * `GET|POST /api/v1/consultants`, `PATCH /api/v1/consultants/:id`, `DELETE /api/v1/consultants/:id?to=` (a consultant's
 * id or `queue`: where open assignments go), `PUT /api/v1/consultants/mine/duty {isOnDuty}`.
 */
export interface ConsultantView {
  id: string;
  name: string;
  /** Key of the shop, empty for none. */
  shop: string;
  /** Most assignments that are not closed at a time. */
  capacity: number;
  isOnDuty: boolean;
  /** Absent: always. */
  hours?: WorkingHours;
  /** The operator as whom the consultant signs in. */
  userId?: string;
  /** Assignments with the consultant that are not closed. */
  load: number;
  /** On duty and within the working hours now. */
  isPresent: boolean;
  /** The one who asks is this consultant. */
  isMine: boolean;
  createdAt: number;
}

export const ASSIGNMENT_STRATEGIES = ['round-robin', 'by-shop', 'least-loaded'] as const;
export type AssignmentStrategy = (typeof ASSIGNMENT_STRATEGIES)[number];
/** Where a profile's shop is read. */
export type ShopFrom = { tag: string } | { trait: string };
/** `GET|POST /api/v1/assignment-rules`, `PATCH|DELETE /api/v1/assignment-rules/:id` */
export interface AssignmentRuleView {
  id: string;
  title: string;
  cause: TriggerCause;
  /** Must hold of the profile at that moment. */
  when?: Condition;
  strategy: AssignmentStrategy;
  /** For `by-shop`. */
  shopFrom?: ShopFrom;
  /** For `by-shop`: who takes it while nobody of the shop can. `wait` holds only for shops that have consultants. */
  fallback: 'anyone' | 'wait';
  /** From being given to the first contact, in the consultant's working time. */
  slaMinutes: number;
  /** How many times it is handed over when that is missed; then it is escalated. */
  maxHops: number;
  /** Whoever no longer belongs to the cause is taken out of the queue, unless already contacted. */
  withdraws: boolean;
  isEnabled: boolean;
  createdAt: number;
  /** Assignments that are not closed. */
  open: number;
}

export const ASSIGNMENT_STATUSES = ['waiting', 'open', 'contacted', 'closed'] as const;
export type AssignmentStatus = (typeof ASSIGNMENT_STATUSES)[number];
/** What a person may close an assignment with. */
export const ASSIGNMENT_RESULTS = ['won', 'lost', 'invalid'] as const;
export type AssignmentResult = (typeof ASSIGNMENT_RESULTS)[number];
/** `withdrawn`: the cause no longer holds, or its rule was removed; `merged`: the person has another one by the same rule. */
export type AssignmentEnd = AssignmentResult | 'withdrawn' | 'merged';

/**
 * `GET /api/v1/assignments?view=all|shop|mine&status=&consultant=&rule=&shop=&profile=&isOverdue=&limit=&cursor=`. What
 * is not closed comes first due first, `status=closed` newest first.
 */
export interface AssignmentView {
  id: number;
  profileId: string;
  displayName?: string;
  ruleId: string;
  ruleTitle: string;
  status: AssignmentStatus;
  /** The shop that the profile named when the assignment was made; empty for none. */
  shop: string;
  consultantId?: string;
  consultantName?: string;
  cause: { hook: string; payload: JsonObject; at: number };
  /** Times that it was handed over because it was overdue. */
  hops: number;
  createdAt: number;
  givenAt?: number;
  /** The first contact is due; stays when it has been missed. */
  dueAt?: number;
  isOverdue: boolean;
  escalatedAt?: number;
  contactedAt?: number;
  closedAt?: number;
  result?: AssignmentEnd;
  note?: string;
  amount?: number;
  /** The one who asks may contact, close, hand over and undo. */
  isMine: boolean;
}
export const ASSIGNMENT_ACTS = [
  'created',
  'given',
  'taken',
  'handed-over',
  'queued',
  'overdue',
  'escalated',
  'contacted',
  'closed',
  'withdrawn',
  'merged',
  'moved',
  'reopened',
] as const;
export type AssignmentActKind = (typeof ASSIGNMENT_ACTS)[number];
export interface AssignmentActView {
  at: number;
  kind: AssignmentActKind;
  /** An operator's name, or `platform`. */
  by: string;
  from?: string;
  to?: string;
  reason?: string;
}
/** `GET /api/v1/assignments/:id` and the answer of every act. */
export interface AssignmentDetail extends AssignmentView {
  acts: AssignmentActView[];
}
/** `GET /api/v1/assignments/counts?view=` */
export interface AssignmentCounts {
  waiting: number;
  open: number;
  contacted: number;
  overdue: number;
}
export const ASSIGNMENT_VIEWS = ['all', 'shop', 'mine'] as const;
export type AssignmentScope = (typeof ASSIGNMENT_VIEWS)[number];
/** `POST /api/v1/assignments/:id/close`; beside it `/take`, `/contact {note?}`, `/hand-over {to, reason?}` and `/reopen`. */
export interface AssignmentClosing {
  result: AssignmentResult;
  note?: string;
  amount?: number;
}
