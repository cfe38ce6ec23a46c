/** Bytes that one request holds in memory until it is answered. */
export interface Hold {
  /** False when there is no room for so many more. */
  take(bytes: number): boolean;
  release(): void;
}

/**
 * Bounds what all requests together hold in memory. Bytes count as they arrive, not as they are announced, so that slow
 * clients cannot reserve all of it by their headers alone.
 */
export class InFlight {
  private held = 0;

  constructor(private readonly max: number) {}

  get bytes(): number {
    return this.held;
  }

  open(): Hold {
    let mine = 0;
    return {
      take: (bytes) => {
        if (this.held + bytes > this.max) return false;
        mine += bytes;
        this.held += bytes;
        return true;
      },
      release: () => {
        this.held -= mine;
        mine = 0;
      },
    };
  }
}
