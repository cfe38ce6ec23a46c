import type { Condition } from './condition.js';
import type { Text } from './text.js';

export interface SubStage {
  key: string;
  title: Text;
  when: Condition;
}

/** Who may not enter though the stage's condition holds, and what an operator is told. */
export interface Guard {
  key: string;
  /** While it holds, nobody enters. Whoever is in stays in. */
  veto: Condition;
  message: Text;
}

/** What is done for the people of a stage, and by what it is judged. */
export interface Playbook {
  goal: Text;
  actions: Text[];
  indicators: Indicator[];
}

/** A figure to look at: what a tag says of the people in the stage, or what became of their stays. */
export interface Indicator {
  title: Text;
  /** Key of the tag that gives it. */
  tag?: string;
  /** Of the stays that began in the period: the share that went on to one of these stages, or the days until then. */
  outcome?: { to: string[]; as: 'share' | 'days' };
}

export interface Stage {
  key: string;
  title: Text;
  /** Holds while a person belongs here. Absent on the initial stage, which takes whoever belongs nowhere else. */
  when?: Condition;
  /** Hysteresis: whoever is in stays while this holds, also when `when` no longer does. */
  stay?: Condition;
  guards?: Guard[];
  /** After leaving, not entered again for so many days. */
  coolDownDays?: number;
  /** `never`: whoever has left does not come back. */
  reEntry?: 'always' | 'never';
  playbook?: Playbook;
  /** First sub-stage that holds; none is permitted. */
  subStages?: SubStage[];
  /** Not left before so many days, however the conditions turn. */
  minimumStayDays?: number;
  /** Stages that may be entered from here; absent means any. */
  next?: string[];
}

/**
 * A configured state machine. Stages are tried in order: the first that may be entered and whose condition holds is the
 * person's; where none is, she stays.
 */
export interface LifecycleDefinition {
  key: string;
  title: Text;
  /** The industry that it was made for, and why it is so. */
  industry?: string;
  explanation?: Text;
  stages: Stage[];
  /** Key of the stage in which everybody starts. */
  initial: string;
  version: number;
}

/** Where a profile stands in one lifecycle. */
export interface StagePlace {
  stage: string;
  subStage?: string;
  /** Epoch ms. */
  since: number;
}

/** Why a profile moved: law 1 of the lifecycle kernel. */
export interface TransitionReason {
  cause: 'event' | 'time' | 'merge' | 'definition';
  /** The event for `event`; the surviving merge for `merge`. */
  ref?: string;
  definitionVersion: number;
  /** The tag values that the stage's condition read. */
  tags: Record<string, unknown>;
}

export interface Transition {
  profileId: string;
  lifecycle: string;
  from: StagePlace | undefined;
  to: StagePlace;
  reason: TransitionReason;
  /** Epoch ms. */
  at: number;
}

/** `churn` or `churn/dormant`: how a place is written in conditions, rows and views. */
export const placeKey = ({ stage, subStage }: Pick<StagePlace, 'stage' | 'subStage'>): string =>
  subStage ? `${stage}/${subStage}` : stage;
