import type { RateLimit } from '@perennial/contract';

interface Bucket {
  tokens: number;
  at: number;
}

/** Far more than keys in use; beyond it the bucket unused for longest goes, and starts full should its key come back. */
const MOST_BUCKETS = 10_000;

/**
 * Token buckets, one for each write key in use, filled when they are looked at. A request passes while anything is left
 * and may then take more than that: a batch larger than the burst is late, not impossible.
 */
export class RateLimits {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly now: () => number,
    private readonly most = MOST_BUCKETS,
  ) {}

  get size(): number {
    return this.buckets.size;
  }

  /** Seconds until the key may send again; 0 when it may now. */
  waitOf(key: string, limit: RateLimit): number {
    const { tokens } = this.filled(key, limit);
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / limit.events);
  }

  take(key: string, limit: RateLimit, events: number): void {
    this.filled(key, limit).tokens -= events;
  }

  private filled(key: string, { events, burst }: RateLimit): Bucket {
    const at = this.now();
    const bucket = this.buckets.get(key) ?? { tokens: burst, at };
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, at - bucket.at) / 1000) * events);
    bucket.at = at;
    // A Map keeps the order of setting: the first is the one unused for longest.
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    if (this.buckets.size > this.most) this.buckets.delete(this.buckets.keys().next().value!);
    return bucket;
  }
}
