import { isIPv6 } from 'node:net';

/** What is counted of failed sign-ins, and what counting them does. */
export interface AttemptLimit {
  /** Failures without a delay. */
  free: number;
  /** The first delay; each further failure doubles it up to the longest. */
  firstMs: number;
  longestMs: number;
  /** Failures are forgotten when none came for so long. */
  forgetMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * A stranger can slow down a name only for browsers that have never signed in to it, and only a little; a browser that
 * has is counted by itself. An address can try many names, so it is counted as well.
 */
export const ATTEMPT_LIMITS = {
  pair: { free: 10, firstMs: 30 * SECOND, longestMs: 15 * MINUTE, forgetMs: HOUR },
  name: { free: 50, firstMs: SECOND, longestMs: 30 * SECOND, forgetMs: HOUR },
  address: { free: 100, firstMs: 15 * MINUTE, longestMs: 15 * MINUTE, forgetMs: 15 * MINUTE },
  device: { free: 10, firstMs: 30 * SECOND, longestMs: 15 * MINUTE, forgetMs: HOUR },
  change: { free: 5, firstMs: 30 * SECOND, longestMs: 15 * MINUTE, forgetMs: HOUR },
} as const satisfies Record<string, AttemptLimit>;

export type Counted = keyof typeof ATTEMPT_LIMITS;

/** How long the next attempt has to wait. */
export function waitMs(limit: AttemptLimit, failures: number, lastAt: number, now: number): number {
  if (failures < limit.free || now - lastAt > limit.forgetMs) return 0;
  const delay = Math.min(limit.longestMs, limit.firstMs * 2 ** Math.min(30, failures - limit.free));
  return Math.max(0, lastAt + delay - now);
}

/** Whoever has one address of IPv6 has its /64. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}

export interface SignInFacts {
  name: string;
  address: string;
  /** The browser's, when somebody has signed in to this name in it before. */
  device?: string;
}

export function countedFor({ name, address, device }: SignInFacts): { counted: Counted; of: string }[] {
  if (device) return [{ counted: 'device', of: device }];
  const [user, network] = [name.toLowerCase(), networkOf(address)];
  return [
    { counted: 'pair', of: `${network} ${user}` },
    { counted: 'name', of: user },
    { counted: 'address', of: network },
  ];
}
