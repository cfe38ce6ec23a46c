/** `GET /api/v1/clock`, `POST /api/v1/clock/agree`, `POST /api/v1/clock/take-back` */
export interface ClockView {
  /** `ahead` and `behind`: the server's clock has jumped, and nobody has agreed to it. */
  state: 'right' | 'ahead' | 'behind';
  /** What the server's clock says. */
  wall: number;
  /** The platform's time. */
  expected: number;
  /** Somebody had agreed to this time, which is still to come: what was done by it can be taken back. */
  agreedAhead?: number;
}

export interface TakingBackView {
  isRunning: boolean;
  done: number;
  /** Who could not be replayed. */
  left: number;
}
