import { isoOf } from './text.js';

/**
 * JSON of whatever a page hands over. The language's own writer gives up on the whole for one part that nobody can write
 * (a circle, a getter that throws), and asks `toJSON`, which old libraries put on all lists. Here such a part is left out
 * and told; a big integer is its digits.
 */
export function writeJson(root: object, onLeftOut: (path: string) => void): string {
  const above: unknown[] = [];
  const write = (given: unknown, path: string): string | undefined => {
    const value = plainOf(given);
    if (typeof value === 'bigint') return `"${value}"`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (above.includes(value)) throw new Error(path);
    above.push(value);
    const isList = Array.isArray(value);
    const parts: string[] = [];
    // Holes of a list are members too.
    for (const key of Object.keys(isList ? Array.from(value) : value)) {
      let text: string | undefined;
      const place = path + key;
      try {
        text = write((value as Record<string, unknown>)[key], `${place}.`);
      } catch {
        onLeftOut(place);
      }
      if (isList) parts.push(text || 'null');
      else if (text) parts.push(`${JSON.stringify(key)}:${text}`);
    }
    above.pop();
    return isList ? `[${parts.join()}]` : `{${parts.join()}}`;
  };
  return write(root, '')!;
}

/** An instant as its text, an object as what it says that it is; a list says nothing. */
function plainOf(value: unknown): unknown {
  if (value instanceof Date) return isNaN(value.getTime()) ? null : isoOf(value.getTime());
  const { toJSON } = Object(value) as { toJSON?: () => unknown };
  return typeof value === 'object' && toJSON && !Array.isArray(value) ? toJSON.call(value) : value;
}
