import { ownOf } from '@perennial/contract';

/** How many people have which value. */
export type Shares = Record<string, number>;

/** Values that fewer people have than this are taken together, so that a rare one does not decide. */
const LEAST = 0.5;

/**
 * The population stability index between two distributions: 0 where they are alike, above 0.1 a shift worth a look, above
 * 0.25 a large one (Siddiqi, Credit Risk Scorecards, 2006). Undefined where one of them is empty.
 */
export function driftOf(before: Shares, after: Shares): number | undefined {
  const sum = (shares: Shares) => Object.values(shares).reduce((all, people) => all + Math.max(0, people), 0);
  const [m, n] = [sum(before), sum(after)];
  if (m === 0 || n === 0) return undefined;
  const values = new Set([...Object.keys(before), ...Object.keys(after)]);
  let index = 0;
  for (const value of values) {
    const p = Math.max(LEAST, ownOf(before, value) ?? 0) / m;
    const q = Math.max(LEAST, ownOf(after, value) ?? 0) / n;
    index += (q - p) * Math.log(q / p);
  }
  return Math.round(index * 10_000) / 10_000;
}
