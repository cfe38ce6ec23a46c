/** Nothing is set on this side: what there is to set is said where the tracker is made. */
export class MiniprogramOptions {}
