import { wellFormed, wellFormedJson } from '@perennial/contract';

/** As `JSON.stringify` writes a half of a character, within a text or within the JSON that a text holds. */
const SUSPECT = '\\ud';
/** Columns whose texts are JSON themselves; the engine parses them when a query asks. */
const JSON_COLUMNS = new Set(['properties', 'traits', 'context', 'value', 'previous', 'reason', 'tags']);

/**
 * Rows without halves of characters, which ClickHouse does not parse. What enters today has none; what an older version
 * committed before it was replaced may. The same rows give the same lines, so a lot stays what it is.
 */
export function mend(ndjson: string): string {
  if (!ndjson.includes(SUSPECT)) return ndjson;
  return ndjson
    .split('\n')
    .map((line) => (line.includes(SUSPECT) ? mendLine(line) : line))
    .join('\n');
}

function mendLine(line: string): string {
  const row = wellFormed(JSON.parse(line) as Record<string, unknown>);
  for (const [column, value] of Object.entries(row)) if (JSON_COLUMNS.has(column)) row[column] = mendJson(value);
  return JSON.stringify(row);
}

const mendJson = (value: unknown): unknown => {
  if (typeof value === 'string') return wellFormedJson(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, mendJson(text)]));
};
