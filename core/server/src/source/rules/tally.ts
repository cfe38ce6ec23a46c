import { cleanText, type RowProblem } from '@perennial/contract';
import type { FileBatch } from '@perennial/kit';
import { SAFE_READING } from '../../identity/index.js';
import type { Progress } from '../imports.store.js';

/** The progress after a batch of rows. Every row is an event, skipped or failed, so the counts add up to the rows read. */
export function tally(before: Progress, { rows, cursor }: FileBatch): Progress {
  const after = {
    ...before,
    line: cursor.line,
    bytes: cursor.bytes,
    read: before.read + rows.length,
    reasons: { ...before.reasons },
  };
  for (const row of rows) {
    if (row.kind === 'event') after.events += 1;
    if (row.kind === 'failed') after.failed += 1;
    if (row.kind !== 'skipped') continue;
    after.skipped += 1;
    after.reasons[row.reason] = (after.reasons[row.reason] ?? 0) + 1;
  }
  return after;
}

/** Readers name columns; where one names a value, nobody reads in it who is meant. */
export const problemsOf = ({ rows }: FileBatch): RowProblem[] =>
  rows.flatMap((row) => {
    if (row.kind !== 'failed') return [];
    const { code, origin, reason } = row;
    const [zh, en] = [cleanText(reason.zh, SAFE_READING), cleanText(reason.en, SAFE_READING)];
    return [{ line: origin.fileLine, code, reason: { zh, en } }];
  });
