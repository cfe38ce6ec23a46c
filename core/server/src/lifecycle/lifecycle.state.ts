import type { StagePlace } from '@perennial/contract';

export interface StatePlace extends StagePlace {
  version: number;
  /** Epoch ms at which the place must be decided again though nothing happened. */
  due?: number;
}

/** The part of a profile's state that the lifecycle kernel keeps: one place per lifecycle (law 1). */
export interface LifecycleSlice {
  places: Record<string, StatePlace>;
}
