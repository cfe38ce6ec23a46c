import type { Text } from '../text.js';

/** `GET /api/v1/overview?days=30` */
export interface Overview {
  people: number;
  /** People with at least one strong identifier. */
  identified: number;
  events: number;
  eventsToday: number;
  quarantined: number;
  deadLetters: number;
  stages: StageCount[];
  daily: { day: string; events: number; people: number }[];
  sources: { sourceId: string; title: string; events: number; lastAt?: number }[];
  pipeline: { pendingRows: number; pendingTimers: number; oldestPendingMs: number };
}
export interface StageCount {
  lifecycle: string;
  stage: string;
  title: Text;
  people: number;
  subStages: { key: string; title: Text; people: number }[];
}

/** `GET /api/v1/live`: server-sent events, `event: applied`; at most 20 a second, `dropped` counts those left out. */
export interface LiveEvent {
  eventId: string;
  profileId: string;
  type: string;
  name: string;
  sourceId: string;
  at: number;
  receivedAt: number;
  moves: { lifecycle: string; from?: string; to: string }[];
  tags: { key: string; value: unknown }[];
  dropped?: number;
}
