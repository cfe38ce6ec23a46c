import type { EventRange } from './landed.js';
import type { NdjsonByTable } from './pending.batch.js';

/** Rows of a piece, and the arrival numbers that count as landed with them; undefined where they count for none. */
export interface Run {
  tables: NdjsonByTable;
  range: EventRange | undefined;
}

/**
 * A piece as batches whose events have consecutive numbers, as the count of what has landed wants them. `ranges` are those
 * of the lot that it was part of; events outside of them were not counted then and are not now.
 */
export function runsOf(tables: NdjsonByTable, ranges: readonly EventRange[]): Run[] {
  const { events = '', ...rest } = tables;
  const runs: { lines: string[]; range: EventRange | undefined }[] = [];
  for (const line of events.split('\n')) {
    if (line === '') continue;
    const { seq } = JSON.parse(line) as { seq: number };
    const isCounted = ranges.some(({ first, events: count }) => seq >= first && seq < first + count);
    const last = runs.at(-1);
    const follows = last?.range ? isCounted && seq === last.range.first + last.range.events : last && !isCounted;
    if (!last || !follows) runs.push({ lines: [line], range: isCounted ? { first: seq, events: 1 } : undefined });
    else {
      last.lines.push(line);
      if (last.range) last.range.events += 1;
    }
  }
  const ofEvents = runs.map(({ lines, range }): Run => ({ tables: { events: `${lines.join('\n')}\n` }, range }));
  return Object.keys(rest).length > 0 ? [...ofEvents, { tables: rest, range: undefined }] : ofEvents;
}
