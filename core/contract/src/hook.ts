import type { Json } from './json.js';
import type { StagePlace, TransitionReason } from './lifecycle.js';

export interface ProfileCreated {
  profileId: string;
  at: number;
}
export interface ProfileMerged {
  kept: string;
  dropped: string;
  at: number;
}
export interface ProfileSplit {
  /** The profile that was parted; its id leads to one of the parts. */
  profileId: string;
  parts: string[];
  at: number;
}
export interface ProfileErased {
  profileId: string;
  at: number;
}
export interface TagChanged {
  profileId: string;
  tag: string;
  from: Json | undefined;
  to: Json | undefined;
  at: number;
}
export interface StageMoved {
  profileId: string;
  lifecycle: string;
  from: StagePlace | undefined;
  to: StagePlace;
  reason: TransitionReason;
  at: number;
}
export interface AudienceMoved {
  profileId: string;
  audience: string;
  at: number;
}
export interface EventApplied {
  profileId: string;
  eventId: string;
  type: string;
  name: string;
  sourceId: string;
  at: number;
}

/** A consultant in a hook, so that a plugin can reach her without asking. */
export interface ConsultantRef {
  id: string;
  name: string;
  shop: string;
  /** The operator as whom she signs in. */
  userId?: string;
}
export interface AssignmentFact {
  assignmentId: number;
  profileId: string;
  ruleId: string;
  ruleTitle: string;
  at: number;
}
/** It waits for a consultant; who gets it is told by `assignment.handed-over`. */
export type AssignmentCreated = AssignmentFact;
export interface AssignmentHandedOver extends AssignmentFact {
  /** Absent for the first who gets it. */
  from?: ConsultantRef;
  to: ConsultantRef;
  why: 'given' | 'taken' | 'overdue' | 'person';
  dueAt?: number;
}
export interface AssignmentOverdue extends AssignmentFact {
  consultant: ConsultantRef;
  dueAt: number;
  hops: number;
  /** Nobody else will get it: somebody has to look. */
  isEscalated: boolean;
}
export interface AssignmentClosed extends AssignmentFact {
  consultant?: ConsultantRef;
  result: 'won' | 'lost' | 'invalid' | 'withdrawn' | 'merged';
  amount?: number;
}

/** Facts of the platform that plugins may hear, after the commit, at least once each. */
export interface HookMap {
  'profile.created': ProfileCreated;
  'profile.merged': ProfileMerged;
  'profile.split': ProfileSplit;
  'profile.erased': ProfileErased;
  'tag.changed': TagChanged;
  'stage.moved': StageMoved;
  'audience.entered': AudienceMoved;
  'audience.left': AudienceMoved;
  'event.applied': EventApplied;
  'assignment.created': AssignmentCreated;
  'assignment.handed-over': AssignmentHandedOver;
  'assignment.overdue': AssignmentOverdue;
  'assignment.closed': AssignmentClosed;
}

export type HookName = keyof HookMap;
export const HOOK_NAMES = [
  'profile.created',
  'profile.merged',
  'profile.split',
  'profile.erased',
  'tag.changed',
  'stage.moved',
  'audience.entered',
  'audience.left',
  'event.applied',
  'assignment.created',
  'assignment.handed-over',
  'assignment.overdue',
  'assignment.closed',
] as const satisfies HookName[];

/** One hook with its payload; a union over all names, so that `name` narrows `payload`. */
export type Hook = { [N in HookName]: { name: N; payload: HookMap[N] } }[HookName];
