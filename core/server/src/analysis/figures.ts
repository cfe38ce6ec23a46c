import type { Figure, Json, LifecycleDefinition, Stage, TagDefinition } from '@perennial/contract';
import { readJson } from '../tag/index.js';
import { type TagColumns, type Warehouse } from '../warehouse/index.js';
import type { Places } from './moves.sql.js';
import { STAYS } from './stays.js';

interface Tools {
  warehouse: Warehouse;
  columns: TagColumns;
  /** Of the tags in force. */
  tags: ReadonlyMap<string, TagDefinition>;
  now: () => number;
}

interface Asked {
  lifecycle: LifecycleDefinition;
  places: Places;
  stage: Stage;
  /** Epoch ms; stays that began since then are looked at. */
  from: number;
}

const DAY_MS = 86_400_000;
const SHOWN_VALUES = 5;
const QUARTERS = '0.25, 0.5, 0.75';
const UNTOLD: Figure = { kind: 'untold' };

/** What a playbook's indicators say today, in their order: one query over the people, one over the stays. */
export async function readFigures(asked: Asked, tools: Tools): Promise<Figure[]> {
  const indicators = asked.stage.playbook?.indicators ?? [];
  const [ofTags, outcomes] = [await tagFigures(asked, tools), await outcomeFigures(asked, tools)];
  return indicators.map(
    ({ tag, outcome }) => (tag !== undefined && ofTags.get(tag)) || outcomes.get(JSON.stringify(outcome)) || UNTOLD,
  );
}

async function tagFigures({ lifecycle, stage }: Asked, tools: Tools): Promise<Map<string, Figure>> {
  const keys = new Set((stage.playbook?.indicators ?? []).flatMap(({ tag }) => tag ?? []));
  const tags = [...keys].flatMap((key) => tools.tags.get(key) ?? []);
  if (tags.length === 0) return new Map();
  const selects = tags.map((tag, i) => `${measureSql(tag, `t${i}`, tools)} AS f${i}`);
  const here = `splitByChar('/', stages[{key:String}])[1] = {stage:String}`;
  const [row] = await tools.warehouse.rows<Record<string, MeasuredRow>>(
    `SELECT ${selects.join(', ')} FROM profiles FINAL WHERE is_deleted = 0 AND ${here}`,
    {
      key: lifecycle.key,
      stage: stage.key,
      now: tools.now(),
      ...Object.fromEntries(tags.map(({ key }, i) => [`t${i}`, key])),
    },
  );
  return new Map(tags.map((tag, i) => [tag.key, figureOf(tag, row![`f${i}`]!)]));
}

/** How many have a value, and its quarters; or its most frequent values. */
type MeasuredRow = [people: number, quantiles: number[]] | [people: number, top: [value: string, people: number][]];

const isMeasured = ({ valueType }: TagDefinition): boolean => valueType === 'number' || valueType === 'date';

/** A tag that has a column of its own is read from there: the map of all tags is ten times as long. */
function measureSql(tag: TagDefinition, name: string, { columns }: Tools): string {
  const held = columns.of(tag)?.sql ?? `tags[{${name}:String}]`;
  if (!isMeasured(tag))
    return `tuple(countIf(${held} != ''), arraySlice(arraySort(one -> (-one.2, one.1), arrayZip(
      sumMapIf([toString(${held})], [toUInt64(1)], ${held} != '').1, sumMapIf([toString(${held})], [toUInt64(1)], ${held} != '').2)), 1, ${SHOWN_VALUES}))`;
  const number = columns.of(tag) ? held : `if(${held} = '', nan, toFloat64OrZero(${held}))`;
  const value = tag.valueType === 'date' ? `({now:Int64} - ${number}) / ${DAY_MS}` : number;
  return `tuple(countIf(isFinite(${number})), quantilesExactIf(${QUARTERS})(${value}, isFinite(${number})))`;
}

function figureOf(tag: TagDefinition, [people, found]: MeasuredRow): Figure {
  const isDate = tag.valueType === 'date';
  if (isMeasured(tag))
    return { kind: isDate ? 'days' : 'number', people, quantiles: people > 0 ? (found as number[]) : [] };
  const titleOf = (value: Json) => tag.values?.find((known) => known.value === value)?.title;
  const top = (found as [string, number][]).map(([text, count]) => {
    const value = readJson(text) as Json;
    const title = titleOf(value);
    return { value, ...(title && { title }), people: count };
  });
  return { kind: 'values', people, top };
}

/** What became of the stays that began in the period; one that is still open counts as not gone on. */
async function outcomeFigures(
  { lifecycle, places, stage, from }: Asked,
  { warehouse }: Tools,
): Promise<Map<string, Figure>> {
  const outcomes = (stage.playbook?.indicators ?? []).flatMap(({ outcome }) => outcome ?? []);
  if (outcomes.length === 0) return new Map();
  const selects = outcomes.map(
    (_, i) =>
      `tuple(countIf(has({to${i}:Array(UInt16)}, next)),
        quantilesExactIf(${QUARTERS})((ended - began) / ${DAY_MS}, has({to${i}:Array(UInt16)}, next))) AS o${i}`,
  );
  const numberOf = (key: string) => places.names.indexOf(key);
  const [row] = await warehouse.rows<Record<string, [number, number[]]> & { stays: number }>(
    `SELECT count() AS stays, ${selects.join(', ')} FROM ${STAYS} WHERE t = {stage:UInt16}`,
    {
      key: lifecycle.key,
      stage: numberOf(stage.key),
      from,
      ...places,
      ...Object.fromEntries(outcomes.map(({ to }, i) => [`to${i}`, to.map(numberOf)])),
    },
  );
  return new Map(
    outcomes.map((outcome, i): [string, Figure] => {
      const [people, quantiles] = row![`o${i}`]!;
      const share = row!.stays === 0 ? 0 : people / row!.stays;
      return [
        JSON.stringify(outcome),
        outcome.as === 'share'
          ? { kind: 'share', share, of: row!.stays }
          : { kind: 'days', people, quantiles: people > 0 ? quantiles : [] },
      ];
    }),
  );
}
