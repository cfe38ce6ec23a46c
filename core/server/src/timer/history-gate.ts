/**
 * While history is being loaded, a profile's past is not complete: letting the time up to today pass between two of its
 * batches would make moves that never were. So what fell due before the load began waits until no history has arrived
 * for a while; what falls due meanwhile is today's business and is made at once.
 */
export class HistoryGate {
  private began: number;
  private last: number;

  /** Closed at the start: a load that was cut off may go on. */
  constructor(
    private readonly settleMs: number,
    private readonly now: () => number,
  ) {
    this.began = now();
    this.last = now();
  }

  /** History has arrived now. */
  loading(): void {
    if (this.isOpen) this.began = this.now();
    this.last = this.now();
  }

  get isOpen(): boolean {
    return this.now() - this.last >= this.settleMs;
  }

  /** The earliest due instant that may be dealt with now. */
  get dueFrom(): number {
    return this.isOpen ? 0 : this.began;
  }
}

/** An event this much older than its arrival is history, not a client that was offline for a moment. */
const HISTORY_AGE_MS = 60 * 60 * 1000;

export const isHistory = ({ at, receivedAt }: { at: number; receivedAt: number }): boolean =>
  receivedAt - at > HISTORY_AGE_MS;
