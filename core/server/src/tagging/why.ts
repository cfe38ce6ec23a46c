import { cut, ownOf, placeKey, type StagePlace } from '@perennial/contract';
import type { Aggregate, Condition, JsonScalar, TagDefinition, Trace } from '@perennial/contract';
import {
  aggregateWords,
  computationWords,
  conditionWords,
  filterWords,
  windowWords,
  type Titles,
} from '../definition/index.js';
import type { ProfileState } from '../profile/state.js';
import { compute, evaluate, factsOf, hiddenKey, type Facts, type TagProgram } from '../tag/index.js';

/** What an explanation looks at: the person as she is now, and what is in force. */
export interface Explained {
  state: ProfileState;
  program: TagProgram;
  definitions: ReadonlyMap<string, TagDefinition>;
  titles: Titles;
  now: number;
}

/** Tags that read tags that read tags: further than this, nobody reads on. */
const DEEPEST = 6;

/** Why a tag has the value that it has: its rule, what the rule looked at, and so on down to the events. */
export function traceTag(key: string, seen: Explained, depth = 0): Trace {
  const definition = seen.definitions.get(key);
  if (!definition) return { text: { zh: `标签 ${key} 不存在`, en: `tag ${key} does not exist` } };
  const held = seen.state.tags[key];
  const words = computationWords(definition, seen.titles);
  const { zh, en } = definition.title;
  return {
    text: { zh: `${zh}：${words.zh}`, en: `${en}: ${words.en}` },
    ...(held?.value !== undefined && { value: held.value, evidence: [{ at: held.at, text: held.evidence }] }),
    parts: depth < DEEPEST ? partsOf(definition, seen, depth + 1) : [],
  };
}

function partsOf({ key, computation }: TagDefinition, seen: Explained, depth: number): Trace[] {
  switch (computation.kind) {
    case 'aggregate':
      return [cellTrace(key, computation, seen)];
    case 'daysSince':
    case 'recency': {
      const lastAt = { kind: 'aggregate' as const, event: computation.event, measure: 'lastAt' as const };
      return [cellTrace(key, lastAt, seen)];
    }
    case 'tiers':
      return tierTraces(computation.tiers, seen, depth);
    case 'formula':
      return inputTraces(computation.formula, seen, depth);
    case 'trait': {
      const trait = ownOf(seen.state.traits, computation.trait);
      return trait && trait.value !== null
        ? [
            {
              text: words(`来源 ${trait.sourceId}`, `stated by ${trait.sourceId}`),
              value: trait.value,
              evidence: [{ at: trait.at, text: trait.sourceId }],
            },
          ]
        : [];
    }
    case 'model':
    case 'manual':
      return [];
  }
}

const words = (zh: string, en: string) => ({ zh, en });

/** Tiers up to and with the first that holds; those behind it were not asked. */
function tierTraces(tiers: { when: Condition; value: JsonScalar }[], seen: Explained, depth: number): Trace[] {
  const traces: Trace[] = [];
  for (const { when, value } of tiers) {
    const trace = traceCondition(when, seen, depth);
    traces.push({
      ...trace,
      text: words(`取“${String(value)}”：${trace.text.zh}`, `gives “${String(value)}”: ${trace.text.en}`),
    });
    if (trace.holds) break;
  }
  return traces;
}

function inputTraces(formula: object, seen: Explained, depth: number): Trace[] {
  const found: Trace[] = [];
  const visit = (node: Record<string, unknown>): void => {
    if (typeof node['tag'] === 'string') found.push(traceTag(node['tag'], seen, depth));
    else if (typeof node['trait'] === 'string') found.push(traitTrace(node['trait'], seen));
    else if (node['aggregate']) found.push(behaviourTrace(node['aggregate'] as Aggregate, seen));
    else if (Array.isArray(node['of'])) node['of'].forEach((part) => visit(part as Record<string, unknown>));
  };
  visit(formula as Record<string, unknown>);
  return found;
}

/** A condition with what it found at each leaf. */
export function traceCondition(condition: Condition, seen: Explained, depth = 0): Trace {
  const text = conditionWords(condition, seen.titles);
  const each = (parts: Condition[]) => parts.map((part) => traceCondition(part, seen, depth));
  if ('all' in condition) {
    const parts = each(condition.all);
    return { text, holds: parts.every(({ holds }) => holds), parts };
  }
  if ('any' in condition) {
    const parts = each(condition.any);
    return { text, holds: parts.some(({ holds }) => holds), parts };
  }
  if ('not' in condition) {
    const [part] = each([condition.not]) as [Trace];
    return { text, holds: !part.holds, parts: [part] };
  }
  return { text, ...leafTrace(condition, seen, depth) };
}

type Leaf = Exclude<Condition, { all: unknown } | { any: unknown } | { not: unknown }>;

function leafTrace(leaf: Leaf, seen: Explained, depth: number): Pick<Trace, 'holds' | 'value' | 'parts' | 'evidence'> {
  const { state } = seen;
  if ('behaviour' in leaf) {
    const read = { tag: hiddenKey(leaf.behaviour), test: leaf.test };
    return { holds: evaluate(read, factsWithStages(seen)).holds, ...found(behaviourTrace(leaf.behaviour, seen)) };
  }
  const { holds } = evaluate(leaf, factsWithStages(seen));
  if ('tag' in leaf) {
    const value = state.tags[leaf.tag]?.value;
    const parts = depth < DEEPEST ? [traceTag(leaf.tag, seen, depth + 1)] : [];
    return { holds, ...(value !== undefined && { value }), parts };
  }
  if ('trait' in leaf) return { holds, ...found(traitTrace(leaf.trait, seen)) };
  const place = state.places[leaf.stage];
  return { holds, ...(place && { value: place.stage, evidence: [{ at: place.since, text: place.stage }] }) };
}

const found = ({ value, evidence }: Trace): Pick<Trace, 'value' | 'evidence'> => ({
  ...(value !== undefined && { value }),
  ...(evidence && { evidence }),
});

const placeText = (place: Pick<StagePlace, 'stage' | 'subStage'> | undefined): string | undefined =>
  place && placeKey(place);

const factsWithStages = ({ state, now }: Explained): Facts => ({
  ...factsOf(state, now),
  stage: (key) => placeText(state.places[key]),
});

function traitTrace(key: string, { state }: Explained): Trace {
  const trait = ownOf(state.traits, key);
  const text = words(`属性 ${key}`, `trait ${key}`);
  return trait ? { text, value: trait.value, evidence: [{ at: trait.at, text: trait.sourceId }] } : { text };
}

/** Behaviour inside conditions and formulas is a hidden tag with a cell of its own. */
function behaviourTrace(aggregate: Aggregate, seen: Explained): Trace {
  return cellTrace(hiddenKey(aggregate), aggregate, seen);
}

const SHOWN_BUCKETS = 20;

/** What was counted, bucket by bucket; which events they were is the time line's business. */
function cellTrace(key: string, aggregate: Aggregate, { program, state, now }: Explained): Trace {
  const tag = program.tags.find(({ definition }) => definition.key === key);
  const cell = tag?.cell && state.cells[tag.cell.key];
  const value = tag && compute(tag, state, program, now).value;
  const evidence = Object.entries(cell ?? {})
    .toSorted(([a], [b]) => Number(b) - Number(a))
    .slice(0, SHOWN_BUCKETS)
    .map(([bucket, partial]) => ({
      at: startOfBucket(bucket, aggregate, program),
      text: cut(JSON.stringify(partial), 200),
    }));
  const [when, what] = [windowWords(aggregate.window), filterWords(aggregate.event)];
  return {
    text:
      value === undefined ? words(`${when.zh}没有 ${what.zh}`, `no ${what.en} ${when.en}`) : aggregateWords(aggregate),
    ...(value !== undefined && { value }),
    ...(evidence.length > 0 && { evidence }),
  };
}

function startOfBucket(bucket: string, { window }: Aggregate, { zone }: TagProgram): number {
  if (bucket === 'all' || !window) return 0;
  if ('this' in window || window.unit === 'day') return zone.startOf(Number(bucket));
  return Number(bucket) * (window.unit === 'hour' ? 3_600_000 : 60_000);
}
