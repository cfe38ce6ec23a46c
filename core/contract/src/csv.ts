/** What a spreadsheet may take for a formula, and the mark that says it is none. */
const NEEDS_GUARD = /^[=+\-@＝＋－＠\t\r\n']/;

/**
 * A text that no spreadsheet runs as a formula. A text that begins with the mark gets another, so that `unguarded` gives
 * back every text.
 */
export const guarded = (text: string): string => (NEEDS_GUARD.test(text) ? `'${text}` : text);

export const unguarded = (text: string): string => (text.startsWith("'") ? text.slice(1) : text);

/** Quoted where it must be; numbers stay numbers, texts are guarded. */
export function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = guarded(typeof value === 'string' ? value : JSON.stringify(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvLine = (cells: readonly unknown[]): string => `${cells.map(csvCell).join(',')}\r\n`;
