/** That a person belongs to a group, as her `group` calls said it. */
export interface Membership {
  id: string;
  /** Epoch ms of the first and of the last event that said so. */
  since: number;
  lastAt: number;
}

/** The part of a profile's state that tells of groups. Absent for the many who are in none. */
export interface GroupSlice {
  groups?: Membership[];
}
