import type { StoreProblem } from '@perennial/contract';
import { BLOCK } from '../../warehouse/index.js';
import { STORES } from '../stores.errors.js';

export interface MissingBlock {
  block: number;
  landed: number;
  present: number;
}

/** Blocks of arrival numbers of which the warehouse has fewer events than have landed there. */
export const missingBlocks = (
  landed: ReadonlyMap<number, number>,
  present: ReadonlyMap<number, number>,
): MissingBlock[] =>
  [...landed]
    .map(([block, events]) => ({ block, landed: events, present: present.get(block) ?? 0 }))
    .filter((block) => block.present < block.landed)
    .sort((a, b) => a.block - b.block);

const ACCEPT = 'or accept it with "perennial stores accept"';

export function rowsMissing(blocks: readonly MissingBlock[]): StoreProblem {
  const events = blocks.reduce((sum, { landed, present }) => sum + landed - present, 0);
  const [first, last] = [blocks[0]!.block * BLOCK, (blocks.at(-1)!.block + 1) * BLOCK - 1];
  return {
    code: STORES.ROWS_MISSING,
    message:
      `history lacks ${events} events that had landed, of arrival numbers ${first} to ${last}: the warehouse was damaged, or ` +
      `copied while core ran. The record is whole. Put a whole copy of the warehouse back, ${ACCEPT}`,
  };
}

export interface DetachedPart {
  table: string;
  name: string;
  reason: string;
}

const SHOWN = 5;

export function partsDetached(parts: readonly DetachedPart[]): StoreProblem {
  const shown = parts.slice(0, SHOWN).map(({ table, name }) => `${table}/${name}`);
  const more = parts.length > SHOWN ? ` and ${parts.length - SHOWN} more` : '';
  return {
    code: STORES.PARTS_DETACHED,
    message:
      `ClickHouse put ${parts.length} damaged parts of the warehouse aside: ${shown.join(', ')}${more}. ` +
      `What they held is in no answer. Put a whole copy of the warehouse back, ${ACCEPT}`,
  };
}

export const notReturned = (
  { from, to }: { from: number; to: number },
  {
    events,
    missing,
    received,
  }: { events: number; missing: number; received: { from: string; to: string } | undefined },
): StoreProblem => ({
  code: STORES.RECORD_OLDER,
  message:
    `the record was put back from an older copy: of ${events} events with arrival numbers ${from} to ${to}, ${missing} have not ` +
    `come again${received ? ` (received ${received.from} to ${received.to})` : ''}. They lie in the warehouse's table set_aside. ` +
    `Start the collectors that took them, ${ACCEPT}`,
});
