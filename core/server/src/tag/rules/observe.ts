import type { Json, JsonObject } from '@perennial/contract';
import type { TagSlice } from '../tag.state.js';
import { addSample, joinCells, pruneCell } from './cell.js';
import { valueAt } from './path.js';
import type { CompiledCell, TagProgram } from './program.js';
import type { Dirty } from './refresh.js';
import { applyTest } from './test.js';

/** What the tag kernel sees of an event. */
export interface Observed {
  /** Event name of a track; `$page`, `$screen`, `$identify`, `$group`, `$alias` for the rest. */
  name: string;
  at: number;
  properties: JsonObject;
  traits: JsonObject;
  sourceId: string;
}

/** Counts the event into the cells that want it and takes its traits. Mutates `slice`; gives the tags to refresh. */
export function observe(program: TagProgram, slice: TagSlice, event: Observed, now: number): Dirty {
  const dirty: Dirty = new Set();
  const mark = (readers: number[] | undefined) => readers?.forEach((position) => dirty.add(position));
  for (const cell of program.cellsByEvent.get(event.name) ?? [])
    if (count(program, slice, cell, event, now)) mark(program.readers.cell.get(cell.key));
  for (const key of takeTraits(slice, event)) mark(program.readers.trait.get(key));
  return dirty;
}

function count(
  program: TagProgram,
  slice: TagSlice,
  { key, spec, event: filter, property }: CompiledCell,
  event: Observed,
  now: number,
): boolean {
  for (const { property: path, test } of filter.where ?? [])
    if (!applyTest(test, valueAt(event.properties, path), event.at).holds) return false;
  const value = property === undefined ? undefined : valueAt(event.properties, property);
  const today = program.zone.dayOf(now);
  const cell = (slice.cells[key] ??= {});
  const isCounted = addSample(cell, spec, { at: event.at, day: program.zone.dayOf(event.at), value }, today);
  pruneCell(cell, spec, today);
  if (isEmpty(cell)) delete slice.cells[key];
  return isCounted;
}

function isEmpty(cell: object): boolean {
  for (const _ in cell) return false;
  return true;
}

/** The newest statement wins, ties by value, so that arrival order does not matter. Returns the keys that changed. */
function takeTraits(slice: TagSlice, { traits, at, sourceId }: Observed): string[] {
  return Object.entries(traits)
    .filter(([key, value]) => isNewer(slice.traits[key], value, at))
    .map(([key, value]) => {
      slice.traits[key] = { value, at, sourceId };
      return key;
    });
}

function isNewer(known: { value: Json; at: number } | undefined, value: Json, at: number): boolean {
  if (value === null) return false;
  if (!known || at > known.at) return true;
  return at === known.at && JSON.stringify(value) > JSON.stringify(known.value);
}

/** Two people's slices as one; tags are recomputed from cells and traits, model and manual ones keep the newer value. */
export function joinSlices(program: TagProgram, kept: TagSlice, dropped: TagSlice): void {
  for (const [key, cell] of Object.entries(dropped.cells)) {
    const compiled = program.cells.get(key);
    if (compiled) kept.cells[key] = joinCells(compiled.spec.measure, kept.cells[key] ?? {}, cell);
  }
  for (const [key, { value, at, sourceId }] of Object.entries(dropped.traits))
    if (isNewer(kept.traits[key], value, at)) kept.traits[key] = { value, at, sourceId };
  for (const [key, tag] of Object.entries(dropped.tags))
    if (!kept.tags[key] || kept.tags[key].at < tag.at) kept.tags[key] = tag;
}
