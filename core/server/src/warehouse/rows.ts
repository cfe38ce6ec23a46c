/**
 * What ingest writes into the warehouse, one JSON object a line (NDJSON). The rules of the format:
 * - instants are whole epoch milliseconds as JSON numbers: ClickHouse reads a bare number as ticks of `DateTime64(3)`.
 *   Never a fraction (refused) and never a quoted number (read as seconds);
 * - `JsonText` is JSON already made text, so a property is parsed only by the query that asks for it;
 * - 64-bit counters stay below 2^53, so they are plain numbers both ways;
 * - flags are 0 or 1; a Map is an object of texts.
 * Limits of `DateTime64(3)`: years 1900 to 2299; what lies outside is clamped by ingest, not here.
 */
export type EpochMs = number;
export type JsonText = string;
export type Flag = 0 | 1;

export interface EventRow {
  /** Global arrival number: rises with every accepted event and breaks ties of `at`. */
  seq: number;
  event_id: string;
  /** Dense integer key of the profile the event belonged to when it arrived; see `AliasRow`. */
  profile: number;
  at: EpochMs;
  received_at: EpochMs;
  source_id: string;
  type: string;
  name: string;
  properties: JsonText;
  traits: JsonText;
  context: JsonText;
  /** Keyed hashes, never plain values. */
  identifiers: string[];
  /**
   * Up to when the platform's own time had passed for the person before the event was applied: whatever was due until
   * then had happened. 0 while history was being loaded. A replay needs it to give the same moves.
   */
  passed_to: EpochMs;
}

export interface TagChangeRow {
  seq: number;
  profile: number;
  at: EpochMs;
  tag: string;
  value: JsonText;
  previous: JsonText;
  /** Version of the definition that gave the value. */
  version: number;
  evidence: string;
}

export interface TransitionRow {
  seq: number;
  profile: number;
  at: EpochMs;
  lifecycle: string;
  /** A sub-stage is written after its stage: `churn/dormant`. Empty for the entry into the lifecycle. */
  from_stage: string;
  to_stage: string;
  reason: JsonText;
}

/** A whole snapshot: of several with one key the highest `revision` counts. */
export interface ProfileRow {
  profile: number;
  revision: number;
  created_at: EpochMs;
  first_seen_at: EpochMs;
  last_seen_at: EpochMs;
  events: number;
  is_identified: Flag;
  /** Lifecycle to stage. */
  stages: Record<string, string>;
  /** Lifecycle to the instant at which the present stage was entered. */
  stage_since: Record<string, EpochMs>;
  /** Kinds of the identifiers that the person was ever known by. */
  kinds: string[];
  tags: Record<string, JsonText>;
  traits: Record<string, JsonText>;
  sources: string[];
  /** 1 for a profile that was merged into another or erased. */
  is_deleted: Flag;
}

/** `src` was merged; `dst` is always a living profile, so one look-up is enough. */
export interface AliasRow {
  src: number;
  dst: number;
  revision: number;
}

/** The rows of a number were written anew under others and no longer count; or they are not to be counted yet. */
export interface VoidedRow {
  number: number;
  is_void: Flag;
  revision: number;
}

/** A version of a lifecycle that was taken back: its moves do not count, those of `shadow` count as the lifecycle's. */
export interface UnmadeRow {
  lifecycle: string;
  version: number;
  shadow: string;
}

export interface DeliveryRow {
  seq: number;
  delivery_id: string;
  profile: number;
  at: EpochMs;
  destination: string;
  status: string;
  detail: string;
}

export interface WarehouseRows {
  events: EventRow;
  tag_changes: TagChangeRow;
  transitions: TransitionRow;
  profiles: ProfileRow;
  aliases: AliasRow;
  deliveries: DeliveryRow;
  voided: VoidedRow;
  unmade: UnmadeRow;
}

export type WarehouseTable = keyof WarehouseRows;

/** Order of the appends of one lot: history first, so that a snapshot never runs ahead of what explains it. */
export const WAREHOUSE_TABLES = [
  'events',
  'tag_changes',
  'transitions',
  'deliveries',
  'profiles',
  'aliases',
  'voided',
  'unmade',
] as const satisfies readonly WarehouseTable[];
