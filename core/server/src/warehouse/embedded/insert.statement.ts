export interface InsertStatement {
  table: string;
  columns: string[] | undefined;
  format: 'JSONEachRow' | 'JSONCompactEachRow' | 'CSV' | 'TabSeparated';
}

const PLAIN =
  /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?([\w.]+)\s*(?:\(([\w\s,]+)\))?\s*FORMAT\s+(JSONEachRow|JSONCompactEachRow|CSV|TabSeparated)\s*;?\s*$/i;

/** A statement whose data may be handed to the engine as bytes; undefined for every other one. */
export function readInsert(query: string): InsertStatement | undefined {
  const found = PLAIN.exec(query);
  if (!found) return undefined;
  const columns = found[2]?.split(',').map((name) => name.trim());
  return { table: found[1]!, columns, format: found[3] as InsertStatement['format'] };
}
