/** At most so many characters of a text, without half of one at its end. */
export const cut = (text: string, most: number): string => text.slice(0, most).replace(/[\ud800-\udbff]$/, '');

const part = (number: number, digits: number): string => String(1000 + (number | 0)).slice(-digits);

/** ISO 8601 by numbers alone: old libraries write `toISOString` of their own, some of them in quotation marks. */
export function isoOf(ms: number): string {
  const date = new Date(ms);
  const day = `${date.getUTCFullYear()}-${part(date.getUTCMonth() + 1, 2)}-${part(date.getUTCDate(), 2)}`;
  // A day later, so that what lies before 1970 counts forward too.
  const rest = (ms % 86.4e6) + 86.4e6;
  const time = [(rest / 3.6e6) % 24, (rest / 60_000) % 60, (rest / 1000) % 60]
    .map((number) => part(number, 2))
    .join(':');
  return `${day}T${time}.${part(rest % 1000, 3)}Z`;
}
