import { readFileSync } from 'node:fs';
import type { Purchase } from './plain-stages.js';

/** Fader and Hardie's CDNOW customers: every purchase in order of the file, at noon in Shanghai of its day. */
export function readCdnow(file: string): Map<string, Purchase[]> {
  const customers = new Map<string, Purchase[]>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const cells = line.trim().split(/\s+/);
    // The sample has the customer's number within it beside that of the whole.
    const [customer, date, , money] = cells.length === 5 ? [cells[0]!, ...cells.slice(2)] : cells;
    if (!/^\d{8}$/.test(date ?? '')) continue;
    const [year, month, day] = [date!.slice(0, 4), date!.slice(4, 6), date!.slice(6, 8)].map(Number);
    const purchase = { at: Date.UTC(year!, month! - 1, day, 4), money: Math.round(Number(money) * 10_000) };
    const known = customers.get(customer!);
    if (known) known.push(purchase);
    else customers.set(customer!, [purchase]);
  }
  return customers;
}
