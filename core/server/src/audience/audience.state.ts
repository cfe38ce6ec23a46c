/** Whether a person belongs to an audience that is kept live, and since when that is so. */
export interface StateMembership {
  isIn: boolean;
  version: number;
  /** Epoch ms. */
  since: number;
  /** Epoch ms at which it must be looked at again though nothing happened. */
  due?: number;
}

/** The part of a profile's state that audiences keep: only those in use, whose rule can be kept event by event. */
export interface AudienceSlice {
  audiences?: Record<string, StateMembership>;
}
