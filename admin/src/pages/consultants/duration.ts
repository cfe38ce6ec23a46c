const HOUR = 3_600_000;
const two = (n: number): string => String(n).padStart(2, '0');

/** `mm:ss`, `h:mm:ss`, and from two days on days and hours by `ofDays` (`{n} d {h} h`). */
export function sayDuration(ms: number, ofDays: string): string {
  const seconds = Math.floor(Math.abs(ms) / 1_000);
  const hours = Math.floor(seconds / 3_600);
  if (Math.abs(ms) >= 48 * HOUR)
    return ofDays.replace('{n}', String(Math.floor(hours / 24))).replace('{h}', String(hours % 24));
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
