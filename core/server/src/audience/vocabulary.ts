import { OBJECT_TYPES, type IdentifierKind, type Vocabulary, type VocabularyProperty } from '@perennial/contract';
import type { Definitions } from '../fold/definitions.js';
import { isImpersonal } from '../identity/index.js';
import { LIVING_PROFILES, type Warehouse } from '../warehouse/index.js';

interface Tools {
  warehouse: Warehouse;
  definitions: Definitions;
  kinds: () => readonly IdentifierKind[];
  now: () => number;
}

const DAYS = 90;
const EVENTS = 200;
const TRAITS = 200;
/** Events of one name that are looked into for their properties. */
const LOOKED_AT = 2_000;
const FRESH_MS = 60_000;
/** A value that fewer people have says who they are, and no rule needs it; nor one that many share and that is a telephone. */
export const FEWEST_PEOPLE = 5;
const LONGEST_EXAMPLE = 60;
const EXAMPLES = 20;

/** Paths and values: an event's own, and those of what the catalogue knew. */
const PAIRS = `arrayConcat(arrayFilter(pair -> NOT startsWith(pair.1, '$'), JSONExtractKeysAndValuesRaw(properties)), ${OBJECT_TYPES.map(
  (type) =>
    `arrayMap(pair -> (concat('$${type}.', pair.1), pair.2), JSONExtractKeysAndValuesRaw(properties, '$${type}'))`,
).join(', ')})`;

/** What rules may name, for editors: learned from what was received, and kept for a minute. */
export class Vocabularies {
  private cached: { at: number; vocabulary: Promise<Vocabulary> } | undefined;

  constructor(private readonly tools: Tools) {}

  read(): Promise<Vocabulary> {
    const { now } = this.tools;
    if (this.cached && now() - this.cached.at < FRESH_MS) return this.cached.vocabulary;
    const vocabulary = this.learn();
    this.cached = { at: now(), vocabulary };
    vocabulary.catch(() => (this.cached = undefined));
    return vocabulary;
  }

  private async learn(): Promise<Vocabulary> {
    const { warehouse, definitions, kinds, now } = this.tools;
    const since = now() - DAYS * 86_400_000;
    const events = await warehouse.rows<{ name: string; events: number }>(
      `SELECT name, count() AS events FROM events WHERE at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
       GROUP BY name ORDER BY events DESC, name LIMIT ${EVENTS}`,
      { since },
    );
    const properties = await this.properties(since);
    const traits = await warehouse.rows<{ key: string; people: number }>(
      `SELECT arrayJoin(mapKeys(traits)) AS key, count() AS people FROM ${LIVING_PROFILES} GROUP BY key ORDER BY people DESC, key LIMIT ${TRAITS}`,
    );
    return {
      events: events.map(({ name, events: times }) => ({
        name,
        events: times,
        properties: properties.get(name) ?? [],
      })),
      traits,
      stages: definitions.lifecycleList().map(({ key, title, stages }) => ({
        lifecycle: key,
        title,
        stages: stages.flatMap(({ key: stage, title: name, subStages = [] }) => [
          { key: stage, title: name },
          ...subStages.map((sub) => ({
            key: `${stage}/${sub.key}`,
            title: { zh: `${name.zh}·${sub.title.zh}`, en: `${name.en}: ${sub.title.en}` },
          })),
        ]),
      })),
      kinds: kinds().map(({ key, title }) => ({ key, title })),
    };
  }

  private async properties(since: number): Promise<Map<string, VocabularyProperty[]>> {
    const rows = await this.tools.warehouse.rows<{ name: string; path: string; types: string[]; examples: string[] }>(
      `SELECT name, path, groupUniqArrayArray(firsts) AS types,
         arrayMap(example -> example.2, arraySlice(arrayReverseSort(
           groupArrayIf((times, value), people >= ${FEWEST_PEOPLE} AND length(value) > 0)), 1, ${EXAMPLES})) AS examples
       FROM (SELECT name, pair.1 AS path, if(lengthUTF8(pair.2) > ${LONGEST_EXAMPLE}, '', pair.2) AS value, count() AS times,
           uniqExact(profile) AS people, groupUniqArray(substring(pair.2, 1, 1)) AS firsts
         FROM (SELECT name, profile, arrayJoin(${PAIRS}) AS pair FROM (
           SELECT name, profile, properties FROM events WHERE at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') LIMIT ${LOOKED_AT} BY name
         )) GROUP BY name, path, value)
       GROUP BY name, path ORDER BY name, path`,
      { since },
    );
    const byEvent = new Map<string, VocabularyProperty[]>();
    for (const { name, path, types, examples } of rows)
      byEvent.set(name, [
        ...(byEvent.get(name) ?? []),
        { path, type: typeOf(types), examples: examples.map(plain).filter((value) => isImpersonal(path, value)) },
      ]);
    return byEvent;
  }
}

const TYPES: Record<string, VocabularyProperty['type']> = {
  '"': 'text',
  t: 'boolean',
  f: 'boolean',
  '[': 'list',
  '{': 'object',
};

/** From the first characters of the values' JSON. */
function typeOf(firsts: string[]): VocabularyProperty['type'] {
  const types = new Set(firsts.filter((first) => first !== 'n').map((first) => TYPES[first] ?? 'number'));
  return types.size === 1 ? [...types][0]! : 'mixed';
}

const plain = (raw: string): string => raw.replace(/^"|"$/g, '');
