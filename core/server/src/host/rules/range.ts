type Version = [number, number, number];

const read = (text: string): Version | undefined => {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
};

const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** Whether a version is in a range of the forms `1.2.3`, `^1.2.3`, `~1.2.3`, `>=1.2.3`, as semver.org reads them. */
export function satisfies(version: string, range: string): boolean {
  const [, sign = '', rest = ''] = /^(\^|~|>=)?\s*(.+)$/.exec(range.trim()) ?? [];
  const [have, want] = [read(version), read(rest)];
  if (!have || !want || compare(have, want) < 0) return false;
  if (sign === '>=') return true;
  if (sign === '~') return have[0] === want[0] && have[1] === want[1];
  if (sign === '^') return have[0] === want[0] && (want[0] > 0 || have[1] === want[1]);
  return compare(have, want) === 0;
}
