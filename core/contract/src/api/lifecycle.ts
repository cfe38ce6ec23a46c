import type { LifecycleDefinition } from '../lifecycle.js';
import type { Json } from '../json.js';
import type { Text } from '../text.js';
import type { TagRun, Trace } from './tag.js';

/**
 * `GET /api/v1/lifecycles` -> LifecycleDefinition[]; `GET /api/v1/lifecycles/:key` -> LifecycleDetail;
 * `GET /api/v1/lifecycles/schema` -> JSON Schema; `POST /api/v1/lifecycles/check {definition}` -> {problems};
 * `PUT /api/v1/lifecycles/:key {definition, expectedVersion, note, isTold?, letGo?}` -> LifecycleDetail: puts it in force and
 * moves people in the background. `isTold`: hooks and triggers hear those moves. `letGo` names stages that people stand in
 * and that are to go; without it they are refused with `LIFECYCLE_STAGE_IN_USE`. `DELETE /api/v1/lifecycles/:key`.
 */
export interface LifecycleDetail {
  definition: LifecycleDefinition;
  /** The condition of each stage and sub-stage in words, by `stage` and `stage/subStage`. */
  words: Record<string, Text>;
  /** The newest first. */
  versions: LifecycleVersion[];
  run?: TagRun;
}

export interface LifecycleVersion {
  version: number;
  /** Epoch ms. */
  at: number;
  by: string;
  note: string;
  /** The earlier version that this one restored. */
  restores?: number;
  /** It still goes on beside its successors, so that going back to it is exact; epoch ms until when. */
  keptUntil?: number;
}

/** `POST /api/v1/lifecycles/:key/restore` -> LifecycleDetail; `GET .../versions/:version/restore` -> RestorePreview. */
export interface RestoreBody {
  version: number;
  /** The version in force as the caller saw it. */
  expectedVersion: number;
  note?: string;
  /** Stages that are to go though people stand in them; asked for only where the restore is not exact. */
  letGo?: string[];
}

/** What going back would do to everybody. */
export interface RestorePreview {
  /** Everybody would stand as if the versions since had never been; else they are decided anew from where they stand. */
  isExact: boolean;
  before: StagePeople;
  after: StagePeople;
  moving: number;
  flows: { from: string; to: string; people: number; examples: string[] }[];
}

/** `GET /api/v1/lifecycles/:key/why/:profile`: why a person stands where they stand. */
export interface StageReason {
  /** `stage` or `stage/subStage`. */
  place: string;
  /** Epoch ms at which the stage was entered. */
  since: number;
  /** What brought them here, in words, and the event where it was one; absent while history has not got it yet. */
  came?: { text: Text; at: number; event?: { id: string; name: string; at: number } };
  /** Epoch ms at which time alone may change it. */
  due?: number;
  /** The stages in the order in which they are tried, down to the person's own: what kept them out, what holds them in. */
  trace: Trace[];
}

/** People by stage key; sub-stages are not told apart. */
export type StagePeople = Record<string, number>;

/** `POST /api/v1/lifecycles/preview {definition}` -> LifecyclePreview; nothing is changed. */
export interface LifecyclePreview {
  /** What publishing would do to everybody, exactly. */
  now: {
    before: StagePeople;
    after: StagePeople;
    moving: number;
    /** From and to `stage` or `stage/subStage`, most people first; at most five of them each. */
    flows: { from: string; to: string; people: number; examples: string[] }[];
  };
  /** What it would have done: both versions over the whole history of a fixed share of the people. */
  history: {
    people: number;
    of: number;
    /** At the end of each of the last twelve months. */
    months: { month: string; before: StagePeople; after: StagePeople }[];
    /** Moves of a year. */
    movesBefore: number;
    movesAfter: number;
  };
  ms: number;
}

/** `GET /api/v1/lifecycles/presets` -> LifecyclePreset[] */
export interface LifecyclePreset {
  definition: LifecycleDefinition;
  /** Tags that it reads and that are not in force; publishing takes them from the library. */
  needs: string[];
}

/** `GET /api/v1/lifecycles/wizard` -> Proposal[]: thresholds from the enterprise's own purchases. */
export interface Proposal {
  key: 'repurchaseDays' | 'highValue' | 'frequentOrders' | 'churnDays';
  title: Text;
  /** What it was found from. */
  reason: Text;
  value: number;
  /** Quantiles of what was looked at: 0.1, 0.25, 0.5, 0.75, 0.9. */
  quantiles: number[];
  people: number;
}

/** `GET /api/v1/lifecycles/:key/board?days=30` */
export interface LifecycleBoard {
  stages: {
    stage: string;
    people: number;
    subStages: Record<string, number>;
    entered: number;
    left: number;
    /** People at the end of each day, the oldest first. */
    trend: number[];
  }[];
  days: string[];
  /** Moves of the period from stage to stage; the first place of somebody comes from ''. */
  flows: { from: string; to: string; moves: number }[];
}

/** `GET /api/v1/lifecycles/:key/stages/:stage?days=90`: one stage as whoever answers for it looks at it. */
export interface StageDetail {
  stage: string;
  people: number;
  /** People in the whole lifecycle. */
  total: number;
  subStages: Record<string, number>;
  days: string[];
  /** People at the end of each day, the oldest first. */
  trend: number[];
  /** Moves of the period into the stage and out of it, most first; whoever was new comes from ''. */
  from: { stage: string; moves: number }[];
  to: { stage: string; moves: number }[];
  dwell: Omit<Dwell['stages'][number], 'stage'>;
  /** In the order of the playbook's indicators. */
  indicators: Figure[];
}

/** What an indicator says today. `untold`: nothing measures it, or its tag is not in force. */
export type Figure =
  /** The quarter, half and three quarters of the people who have a value. */
  | { kind: 'number' | 'days'; people: number; quantiles: number[] }
  | { kind: 'share'; share: number; of: number }
  | { kind: 'values'; people: number; top: { value: Json; title?: Text; people: number }[] }
  | { kind: 'untold' };

/**
 * `GET /api/v1/lifecycles/:key/matrix?from=2026-01-01&to=2026-02-01` -> where people stood at the ends of two days. ''
 * is not there yet.
 */
export interface FlowMatrix {
  cells: { from: string; to: string; people: number }[];
}

/** `GET /api/v1/lifecycles/:key/dwell?days=365`: days that stays of the period lasted; open ones are counted apart. */
export interface Dwell {
  stages: { stage: string; ended: number; open: number; quantiles: number[] }[];
}

/** `GET /api/v1/lifecycles/:key/funnel?days=365`: of the people who came in the period, how many ever reached each stage. */
export interface StageFunnel {
  stages: { stage: string; people: number; medianDays?: number }[];
}

/** `GET /api/v1/analysis/retention?event=&months=12`: by month of the first such event, who had one in each later month. */
export interface Retention {
  cohorts: { month: string; people: number; kept: number[] }[];
}

/** `GET /api/v1/analysis/paths?goal=Order Completed&steps=5&days=90`: acts from the first touch to the goal, as links. */
export interface Paths {
  reached: number;
  notReached: number;
  /** Names carry their place: `1 Lead Submitted`. */
  links: { from: string; to: string; people: number }[];
  top: { path: string[]; people: number }[];
}

/**
 * `GET /api/v1/profiles/:id/journey?days=365` -> Journey: a real person's way: touch points by day and channel, moves,
 * purchases and messages on one time line, the oldest first.
 */
export interface Journey {
  /** `channel` as the catalogue or the event names it, else the source's title. */
  touches: { day: string; channel: string; events: number; names: string[] }[];
  moves: { at: number; lifecycle: string; from: string; to: string }[];
  orders: { at: number; name: string; amount?: number }[];
  /** `destination` by its title. */
  deliveries: { at: number; destination: string; status: string }[];
}
