import { ownOf, PLAIN_RANK, putOwn, statesConsent, type JsonObject } from '@perennial/contract';
import type { TagSlice, Trait } from '../tag.state.js';
import type { Zone } from '../../time/zone.js';
import { addSample, joinCells, pruneCell, type Sample } from './cell.js';
import { passes } from './event.test.js';
import { valueAt } from './path.js';
import { type CompiledCell, type TagProgram } from './program.js';
import type { Dirty } from './refresh.js';
import { bucketOf, spanAt, unitOf } from './window.js';

/** What a cell needs of an event. */
export interface Countable {
  at: number;
  properties: JsonObject;
}

/** What the tag kernel sees of an event. */
export interface Observed extends Countable {
  /** Event name of a track; `$page`, `$screen`, `$identify`, `$group`, `$alias` for the rest. */
  name: string;
  traits: JsonObject;
  sourceId: string;
}

/** Counts the event into the cells that want it and takes its traits. Mutates `slice`; gives the tags to refresh. */
export function observe(program: TagProgram, slice: TagSlice, event: Observed, now: number): Dirty {
  const dirty: Dirty = new Set();
  const mark = (readers: number[] | undefined) => readers?.forEach((position) => dirty.add(position));
  for (const cell of program.cellsByEvent.get(event.name) ?? [])
    if (count(program, slice, cell, event, now)) mark(program.readers.cell.get(cell.key));
  for (const key of takeTraits(program, slice, event)) mark(program.readers.trait.get(key));
  return dirty;
}

/** Counts the event into one cell; gives whether the cell took it. Mutates `slice`. */
export function count(
  { zone }: TagProgram,
  slice: Pick<TagSlice, 'cells'>,
  compiled: CompiledCell,
  event: Countable,
  now: number,
): boolean {
  const { key, spec, event: filter } = compiled;
  if (!passes(filter.where, event.properties)) return false;
  const span = spec.window && spanAt(spec.window, now, zone);
  const cell = (slice.cells[key] ??= {});
  const isCounted = addSample(cell, spec, sampleOf(compiled, event, zone), span);
  pruneCell(cell, span);
  if (isEmpty(cell)) delete slice.cells[key];
  return isCounted;
}

function sampleOf({ spec, property, weight }: CompiledCell, { at, properties }: Countable, zone: Zone): Sample {
  const needsClock = spec.measure === 'hour' || spec.measure === 'weekday';
  return {
    at,
    bucket: spec.window ? bucketOf(unitOf(spec.window), at, zone) : 0,
    value: property === undefined ? undefined : valueAt(properties, property),
    weight: weight === undefined ? undefined : (valueAt(properties, weight) ?? null),
    hour: needsClock ? zone.hourOf(at) : 0,
    weekday: needsClock ? zone.weekdayOf(at) : 0,
  };
}

function isEmpty(cell: object): boolean {
  for (const _ in cell) return false;
  return true;
}

/** Returns the keys that changed. */
function takeTraits({ ranks, silent }: TagProgram, slice: TagSlice, { traits, at, sourceId }: Observed): string[] {
  return Object.entries(traits)
    .filter(([key, value]) => !(silent.has(sourceId) && statesConsent(key, value)))
    .filter(([key, value]) => isBetter({ value, at, sourceId }, ownOf(slice.traits, key), ranks))
    .map(([key, value]) => {
      putOwn(slice.traits, key, { value, at, sourceId });
      return key;
    });
}

/**
 * The most believed source wins, then the newest statement, ties by value, so that arrival order does not matter. `null`
 * takes a trait away and is kept as any other statement: an older value that comes late must not come back.
 */
function isBetter(stated: Trait, known: Trait | undefined, ranks: TagProgram['ranks']): boolean {
  if (!known) return true;
  const rank = ({ sourceId }: Trait) => ranks.get(sourceId) ?? PLAIN_RANK;
  const order = rank(known) - rank(stated) || stated.at - known.at;
  return order > 0 || (order === 0 && JSON.stringify(stated.value) > JSON.stringify(known.value));
}

/** Two people's slices as one; tags are recomputed from cells and traits, model and manual ones keep the newer value. */
export function joinSlices(program: TagProgram, kept: TagSlice, dropped: TagSlice): void {
  for (const [key, cell] of Object.entries(dropped.cells)) {
    const compiled = program.cells.get(key);
    if (compiled) kept.cells[key] = joinCells(compiled.spec.measure, kept.cells[key] ?? {}, cell);
  }
  for (const [key, trait] of Object.entries(dropped.traits))
    if (isBetter(trait, ownOf(kept.traits, key), program.ranks)) putOwn(kept.traits, key, trait);
  for (const [key, tag] of Object.entries(dropped.tags))
    if (!kept.tags[key] || kept.tags[key].at < tag.at) kept.tags[key] = tag;
}
