import type { JsonObject } from '@perennial/contract';
import type { TagSlice, Trait } from '../tag.state.js';
import { addSample, joinCells, pruneCell } from './cell.js';
import { valueAt } from './path.js';
import { PLAIN_RANK, type CompiledCell, type TagProgram } from './program.js';
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
  for (const key of takeTraits(program, slice, event)) mark(program.readers.trait.get(key));
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

/** Returns the keys that changed. */
function takeTraits({ ranks }: TagProgram, slice: TagSlice, { traits, at, sourceId }: Observed): string[] {
  return Object.entries(traits)
    .filter(([key, value]) => isBetter({ value, at, sourceId }, slice.traits[key], ranks))
    .map(([key, value]) => {
      slice.traits[key] = { value, at, sourceId };
      return key;
    });
}

/** The most believed source wins, then the newest statement, ties by value, so that arrival order does not matter. */
function isBetter(stated: Trait, known: Trait | undefined, ranks: TagProgram['ranks']): boolean {
  if (stated.value === null) return false;
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
    if (isBetter(trait, kept.traits[key], program.ranks)) kept.traits[key] = trait;
  for (const [key, tag] of Object.entries(dropped.tags))
    if (!kept.tags[key] || kept.tags[key].at < tag.at) kept.tags[key] = tag;
}
