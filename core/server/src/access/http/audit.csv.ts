import { csvLine } from '@perennial/contract';
import type { Response } from 'express';
import { sendCsv } from '../../http/csv-answer.js';
import type { Audit, AuditEntry } from '../audit.js';

const PAGE = 1_000;
const HEAD = ['id', 'time', 'user', 'action', 'target', 'address', 'outcome'];

/** The whole trail, newest first. */
export const sendTrail = (audit: Audit, response: Response): Promise<void> =>
  sendCsv(response, 'audit.csv', pages(audit));

async function* pages(audit: Audit): AsyncGenerator<string> {
  let page = await audit.list(PAGE);
  yield csvLine(HEAD) + page.map(line).join('');
  while (page.length === PAGE) {
    page = await audit.list(PAGE, page.at(-1)!.id);
    if (page.length > 0) yield page.map(line).join('');
  }
}

const line = ({ id, at, user, action, target, address = '', outcome = '' }: AuditEntry): string =>
  csvLine([String(id), new Date(at).toISOString(), user, action, target, address, outcome]);
