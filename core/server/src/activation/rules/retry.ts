/**
 * When to try again after `attempts` failed ones, or undefined when it is enough. A tenth of the wait is random, so
 * that a receiver that comes back is not met by everybody at once. The receiver's own word wins when it is longer.
 */
export function retryAt(
  attempts: number,
  retrySeconds: number[],
  now: number,
  retryAfterMs = 0,
  random = Math.random,
): number | undefined {
  const seconds = retrySeconds[attempts - 1];
  if (seconds === undefined) return undefined;
  const wait = Math.max(seconds * 1000, retryAfterMs);
  return now + Math.round(wait * (1 + random() / 10));
}
