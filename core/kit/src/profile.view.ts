import type { Json, StagePlace } from '@perennial/contract';

/** A profile as plugins see it: a copy, current at the moment of the call. */
export interface ProfileView {
  id: string;
  traits: Readonly<Record<string, Json>>;
  tags: Readonly<Record<string, Json>>;
  /** Lifecycle key -> place. */
  stages: Readonly<Record<string, StagePlace>>;
  /** Plain values by kind, newest first; only for parts that declare `needs: ['identifiers']`. */
  identifiers: Readonly<Record<string, string[]>>;
}
