import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Purchase } from './plain-stages.js';

/** One line of an invoice that counts: to a customer, bought and paid for. */
export interface Line {
  product: string;
  total: number;
  at: number;
  country: string;
}

/** Every customer's lines, in the order of the file; read without any of the platform's code. */
export function readCustomers(file: string): Line[][] {
  const [head, ...rows] = cellsOf(gunzipSync(readFileSync(file)).toString('utf8'));
  const column = (name: string) => head!.indexOf(name);
  const [invoice, stock, quantity, date, price, customer, country] = [
    'InvoiceNo',
    'StockCode',
    'Quantity',
    'InvoiceDate',
    'UnitPrice',
    'CustomerID',
    'Country',
  ].map(column) as [number, number, number, number, number, number, number];
  const customers = new Map<string, Line[]>();
  for (const row of rows) {
    const [times, each] = [Number(row[quantity]), Number(row[price])];
    if (!row[customer] || row[invoice]!.startsWith('C') || times <= 0 || each <= 0) continue;
    const line = { product: row[stock]!, total: times * each, at: londonTime(row[date]!), country: row[country]! };
    const known = customers.get(row[customer]);
    if (known) known.push(line);
    else customers.set(row[customer], [line]);
  }
  return [...customers.values()];
}

function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, isQuoted] = [[] as string[], '', false];
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]!;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[i + 1] === '"') cell += text[(i += 1)]!;
      else isQuoted = false;
    } else if (sign === '"') isQuoted = true;
    else if (sign === ',') {
      row.push(cell);
      cell = '';
    } else if (sign === '\n') {
      rows.push([...row, cell.replace(/\r$/, '')]);
      [row, cell] = [[], ''];
    } else cell += sign;
  }
  return rows;
}

/** `2011-03-28 12:50:00` on a wall in London; summer time was from 2011-03-27 to 2011-10-30, both at 01:00 UTC. */
function londonTime(text: string): number {
  const at = Date.parse(`${text.replace(' ', 'T').slice(0, 19)}Z`);
  return at >= Date.UTC(2011, 2, 27, 2) && at < Date.UTC(2011, 9, 30, 2) ? at - 3_600_000 : at;
}

/** Each line counts as a purchase of its own. */
export const purchasesOf = (lines: Line[]): Purchase[] =>
  lines.map(({ at, total }) => ({ at, money: Math.floor(total * 10_000 + 0.5) }));

const HOUR = 3_600_000;

/** What the story's tags must be: spend, average line, products, favourite, hour, weekday, first purchase. */
export function tagsOf(lines: Line[]): string {
  const units = lines.map(({ total }) => Math.floor(total * 10_000 + 0.5));
  const sum = units.reduce((a, b) => a + b, 0);
  const inShanghai = lines.map(({ at }) => new Date(at + 8 * HOUR));
  return [
    sum / 10_000,
    Math.floor(sum / units.length + 0.5) / 10_000,
    Math.min(500, new Set(lines.map(({ product }) => product)).size),
    mostFrequent(lines.map(({ product }) => product)),
    Number(mostFrequent(inShanghai.map((date) => String(date.getUTCHours()).padStart(2, '0')))),
    Number(mostFrequent(inShanghai.map((date) => String(date.getUTCDay() || 7)))),
    Math.min(...lines.map(({ at }) => at)),
  ].join(',');
}

/** Of equals the first in the alphabet. */
function mostFrequent(values: string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]![0];
}

export const isRichAbroad = (lines: Line[]): boolean =>
  lines.reduce((sum, { total }) => sum + Math.floor(total * 10_000 + 0.5), 0) >= 1_000 * 10_000 &&
  new Set(lines.map(({ product }) => product)).size > 20 &&
  lines.every(({ country }) => country !== 'United Kingdom');

/** Bought the one and then, within sixty days, the other; lines of one invoice are in the order of the file. */
export function didInOrder(lines: Line[], first: string, second: string): boolean {
  const ordered = lines.map((line, place) => ({ ...line, place })).sort((a, b) => a.at - b.at || a.place - b.place);
  return ordered.some(
    (a, i) =>
      a.product === first && ordered.slice(i + 1).some((b) => b.product === second && b.at - a.at <= 60 * 24 * HOUR),
  );
}
