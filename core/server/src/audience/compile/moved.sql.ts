import type { Moved } from '@perennial/contract';
import { windowSql, type Asked } from '../../tag/index.js';
import { COUNTS, LIVING_PROFILE } from '../../warehouse/index.js';

/** People who moved so: a stage without its sub-stage means any of them; the entry into a lifecycle is no move. */
export function movedSql({ lifecycle, from, to, window }: Moved, asked: Asked): string {
  const { params } = asked;
  const place = (column: string, key: string) =>
    `(${column} = ${params.text(key)} OR startsWith(${column}, ${params.text(`${key}/`)}))`;
  const conditions = [
    `lifecycle = ${params.text(lifecycle)}`,
    "from_stage != ''",
    ...(from === undefined ? [] : [place('from_stage', from)]),
    ...(to === undefined ? [] : [place('to_stage', to)]),
    windowSql(window, asked),
    COUNTS,
  ].filter((condition) => condition !== '');
  return `(profile IN (SELECT toUInt32(${LIVING_PROFILE}) FROM moves WHERE ${conditions.join(' AND ')}))`;
}
