import type { Response } from 'express';
import { once } from 'node:events';
import type { Audit, AuditEntry } from '../audit.js';

const PAGE = 1_000;
const HEAD = ['id', 'time', 'user', 'action', 'target', 'address', 'outcome'];

/** The whole trail, newest first; the first page is read before anything is sent, so a failure is still an error answer. */
export async function sendTrail(audit: Audit, response: Response): Promise<void> {
  let page = await audit.list(PAGE);
  response
    .type('text/csv; charset=utf-8')
    .attachment('audit.csv')
    .write(`\ufeff${HEAD.join(',')}\r\n`);
  while (page.length > 0 && !response.destroyed) {
    if (!response.write(page.map(line).join('')))
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    page = await audit.list(PAGE, page.at(-1)!.id);
  }
  response.end();
}

const line = ({ id, at, user, action, target, address = '', outcome = '' }: AuditEntry): string =>
  `${[String(id), new Date(at).toISOString(), user, action, target, address, outcome].map(cell).join(',')}\r\n`;

/** A spreadsheet takes what begins like a formula for one; the apostrophe makes it text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
