/** The highest code unit of the first plane that surrogates come before: U+E000 and up sort after them in code units. */
const SURROGATES = 0xd800;

/**
 * Code point order, which is byte order in UTF-8: the same in SQLite, MariaDB (utf8mb4_bin) and ClickHouse. Code units
 * alone would put characters beyond the first plane (many emoji, rare Han) before some of the first.
 */
export function byText(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rankOf(x) - rankOf(y);
  }
  return a.length - b.length;
}

const rankOf = (unit: number): number => {
  if (unit < SURROGATES) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
};
