/** Bytes that may be under way at a time. */
export class ByteBudget {
  private taken = 0;

  constructor(private readonly bytes: number) {}

  /** Reserves bytes and gives their release, which works once; undefined when there is no room. */
  reserve(bytes: number): (() => void) | undefined {
    if (this.taken + bytes > this.bytes) return undefined;
    this.taken += bytes;
    let isHeld = true;
    return () => {
      if (isHeld) this.taken -= bytes;
      isHeld = false;
    };
  }
}
