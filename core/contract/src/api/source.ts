import type { PlanCode, SourceCode } from '../plan.js';
import type { SourcePolicy, TrackingPlan } from '../policy.js';

/** `GET|POST /api/v1/sources`, `PATCH|DELETE /api/v1/sources/:id` */
export interface SourceView {
  id: string;
  title: string;
  /** `web`, `miniprogram`, `server`, `import`, ... or a plugin's source key. */
  kind: string;
  createdAt: number;
  keys: WriteKeyView[];
  events: number;
  lastAt?: number;
}
/** `GET /api/v1/sources/collector`: where clients send to, as far as core was told. */
export interface CollectorPlace {
  /** `PERENNIAL_COLLECTOR_URL` */
  url?: string;
  /** On which the collector of this installation listens. */
  port: number;
}
/**
 * `POST /api/v1/sources/:id/keys` answers with `key`; afterwards the list of sources has it for administrators where it is
 * public anyway (`web`, `miniprogram`). `DELETE /api/v1/sources/:id/keys/:keyId` revokes it.
 */
export interface WriteKeyView {
  id: string;
  /** First characters, to tell keys apart. */
  hint: string;
  createdAt: number;
  key?: string;
}

/** `GET|PUT /api/v1/sources/:id/settings`; a PUT states the revision that it changes. */
export interface SourceSettings extends SourcePolicy {
  revision: number;
  updatedAt?: number;
  updatedBy?: string;
}

/** `GET /api/v1/sources/:id/findings?days=`: what was not as planned. */
export interface FindingView {
  code: PlanCode | SourceCode;
  event: string;
  path: string;
  expected: string;
  /** What came instead, by its kind, e.g. `text of 11`. */
  found: string;
  count: number;
  lastAt: number;
  /** Events a day, oldest first, of the days asked for. */
  days: number[];
}

/** `POST /api/v1/sources/:id/plan/learn {days}`: a plan that would fit what arrived, and how much it rests on. */
export interface LearnedPlan {
  plan: TrackingPlan;
  events: { name: string; count: number }[];
  /** Events that were read; at most so many of each name are looked at. */
  looked: number;
}
