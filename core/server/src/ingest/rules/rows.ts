import { isJsonObject, placeKey, putOwn, type Json, type JsonObject } from '@perennial/contract';
import { publicTraits } from '../../identity/index.js';
import type { ProfileState } from '../../profile/state.js';
import { isHidden, type TagProgram } from '../../tag/index.js';
import type { AliasRow, BatchRows, EventRow, ProfileRow, TagChangeRow, TransitionRow } from '../../warehouse/index.js';
import type { Applied, Outcome, ProfileChange } from './apply.js';
import type { Move } from '../../lifecycle/index.js';
import type { TagChange } from '../../tag/index.js';

/** What history gets of a batch. `seq` is the arrival number of its first event; `aliases` come from the record. */
export function rowsOf(outcome: Outcome, seq: number, program: TagProgram, aliases: AliasRow[]): BatchRows {
  const isKept = keptAsHistory(program);
  return {
    events: outcome.applied.map((applied, index) => eventRow(applied, seq + index)),
    tag_changes: outcome.tags.filter(({ change }) => isKept(change.tag)).map((item) => tagRow(item, seq)),
    transitions: [...outcome.moves, ...outcome.shadowMoves].map((item) => transitionRow(item, seq)),
    profiles: [
      ...[...outcome.touched.values()].map(profileRow),
      ...[...outcome.merged].map(([id, kept]) => tombstone(id, outcome.touched.get(kept)?.clock ?? 0)),
    ],
    aliases,
  };
}

/**
 * Changes of numbers and dates are not kept as rows: at any instant they follow from the events, and a busy customer's
 * counters would write about ten rows an event.
 */
function keptAsHistory({ tags }: TagProgram): (tag: string) => boolean {
  const measured = new Set(
    tags.filter(({ definition }) => ['number', 'date'].includes(definition.valueType)).map((tag) => tag.definition.key),
  );
  return (tag) => !measured.has(tag);
}

function eventRow({ event, profile, identifiers, passedTo }: Applied, seq: number): EventRow {
  const { envelope } = event;
  return {
    seq,
    event_id: event.eventId,
    profile,
    at: event.at,
    received_at: event.receivedAt,
    source_id: event.sourceId,
    type: event.type,
    name: event.name,
    properties: JSON.stringify(propertiesOf(event.envelope)),
    traits: JSON.stringify(event.type === 'group' ? (envelope.traits ?? {}) : publicTraits(envelope.traits)),
    context: JSON.stringify(contextOf(envelope.context)),
    identifiers: identifiers.map(({ hash }) => hash),
    passed_to: passedTo,
  };
}

/** A page's name and category count as properties, so that tests of them are written like any other. */
export const propertiesOf = ({
  properties,
  name,
  category,
}: {
  properties?: JsonObject;
  name?: string;
  category?: string;
}): JsonObject => ({
  ...properties,
  ...(name !== undefined && { name }),
  ...(category !== undefined && { category }),
});

/** Identifiers and addresses of the context are not history's business; they are kept as identifiers or not at all. */
const KEPT_CONTEXT = [
  'app',
  'bot',
  'campaign',
  'clock',
  'consent',
  'library',
  'locale',
  'os',
  'page',
  'plan',
  'referrer',
  'screen',
  'session',
  'timezone',
  'userAgent',
  'userAgentData',
];

/** Of these only what is no identifier and no address. */
const KEPT_WITHIN: Record<string, string[]> = {
  device: ['type', 'model', 'manufacturer'],
  location: ['country', 'region', 'city'],
};

function contextOf(context: JsonObject | undefined): JsonObject {
  const kept: JsonObject = {};
  for (const key of KEPT_CONTEXT) if (context?.[key] !== undefined) kept[key] = context[key];
  for (const [key, members] of Object.entries(KEPT_WITHIN)) {
    const value = context?.[key];
    const within = isJsonObject(value) ? members.filter((member) => value[member] !== undefined) : [];
    if (isJsonObject(value) && within.length > 0)
      kept[key] = Object.fromEntries(within.map((member) => [member, value[member]!]));
  }
  return kept;
}

const tagRow = ({ profile, change }: ProfileChange<TagChange>, seq: number): TagChangeRow => ({
  seq,
  profile,
  at: change.at,
  tag: change.tag,
  value: text(change.to),
  previous: text(change.from),
  version: change.version,
  evidence: change.evidence,
});

const transitionRow = ({ profile, change }: ProfileChange<Move>, seq: number): TransitionRow => ({
  seq,
  profile,
  at: change.at,
  lifecycle: change.lifecycle,
  from_stage: change.from ? placeKey(change.from) : '',
  to_stage: placeKey(change.to),
  reason: JSON.stringify(change.reason),
});

const text = (value: Json | undefined): string => JSON.stringify(value ?? null);

/** The snapshot that analytics read. */
export function profileRow(state: ProfileState): ProfileRow {
  return {
    profile: state.id,
    revision: state.revision,
    created_at: state.createdAt,
    first_seen_at: state.firstSeenAt,
    last_seen_at: state.lastSeenAt,
    events: state.events,
    is_identified: state.isIdentified ? 1 : 0,
    stages: mapValues(state.places, (place) => placeKey(place)),
    stage_since: Object.fromEntries(Object.entries(state.places).map(([key, { since }]) => [key, since])),
    kinds: state.kinds ?? [],
    tags: mapValues(state.tags, ({ value }, key) =>
      value === undefined || isHidden(key) ? undefined : JSON.stringify(value),
    ),
    traits: mapValues(state.traits, ({ value }) => (value === null ? undefined : JSON.stringify(value))),
    sources: Object.keys(state.sources).sort(),
    is_deleted: 0,
  };
}

/** The last row of a number that is nobody's any more; its revision must beat every earlier one. */
export function tombstone(id: number, at: number): ProfileRow {
  const blank = { created_at: at, first_seen_at: at, last_seen_at: at, events: 0, is_identified: 0 as const };
  return {
    profile: id,
    revision: TOMBSTONE_REVISION,
    ...blank,
    stages: {},
    stage_since: {},
    kinds: [],
    tags: {},
    traits: {},
    sources: [],
    is_deleted: 1,
  };
}

const TOMBSTONE_REVISION = 2 ** 40;

function mapValues<T>(
  record: Record<string, T>,
  change: (value: T, key: string) => string | undefined,
): Record<string, string> {
  const mapped: Record<string, string> = {};
  for (const [key, value] of Object.entries(record)) {
    const changed = change(value, key);
    if (changed !== undefined) putOwn(mapped, key, changed);
  }
  return mapped;
}
