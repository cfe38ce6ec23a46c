import type { Json } from '@perennial/contract';
import type { Cell } from './rules/cell.js';

export interface Trait {
  value: Json;
  /** Epoch ms of the event that stated it. */
  at: number;
  sourceId: string;
}

/** A tag on the state: its value, where it came from, and when time alone will change it. */
export interface StateTag {
  /** Absent when the rule gives none. */
  value?: Json;
  version: number;
  at: number;
  evidence: string;
  /** Epoch ms at which the value must be looked at again though nothing happened. */
  due?: number;
  /** Epoch ms at which a value that was set is forgotten. */
  expiresAt?: number;
}

/** The part of a profile's state that the tag kernel keeps. */
export interface TagSlice {
  traits: Record<string, Trait>;
  /** Aggregates shared by all tags that measure the same, by the key of their specification. */
  cells: Record<string, Cell>;
  tags: Record<string, StateTag>;
}
