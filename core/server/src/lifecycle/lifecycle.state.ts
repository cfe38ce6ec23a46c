import type { StagePlace } from '@perennial/contract';

export interface StatePlace extends StagePlace {
  version: number;
  /** Epoch ms at which the place must be decided again though nothing happened. */
  due?: number;
  /** When stages were last left, of those that remember it; epoch ms. */
  left?: Record<string, number>;
  /** A stage whose condition holds and whose guard forbids it. */
  vetoed?: { stage: string; guard: string };
}

/** The part of a profile's state that the lifecycle kernel keeps: one place per lifecycle (law 1). */
export interface LifecycleSlice {
  places: Record<string, StatePlace>;
}
