import type { Json, TagDefinition } from '@perennial/contract';
import type { StateTag, TagSlice } from '../tag.state.js';
import { isHidden } from './desugar.js';
import { compute, type Computed } from './compute.js';
import { fit } from './fit.js';
import type { CompiledTag, TagProgram } from './program.js';

/** A tag that took another value. */
export interface TagChange {
  tag: string;
  from: Json | undefined;
  to: Json | undefined;
  version: number;
  at: number;
  evidence: string;
}

/** Positions in `program.tags` to look at again. */
export type Dirty = Set<number>;

export const allTags = (program: TagProgram): Dirty => new Set(program.tags.keys());

/** The tags whose value time may have changed by `now`. */
export function dueTags(program: TagProgram, slice: TagSlice, now: number): Dirty {
  const dirty: Dirty = new Set();
  program.tags.forEach(({ definition }, position) => {
    const due = slice.tags[definition.key]?.due;
    if (due !== undefined && due <= now) dirty.add(position);
  });
  return dirty;
}

/**
 * Computes the dirty tags and whatever reads a tag that changed, inputs first, so each at most once. Mutates `slice`,
 * gives the changes. Recomputing without a cause changes nothing (law 5).
 */
export function refreshTags(
  program: TagProgram,
  slice: TagSlice,
  dirty: Dirty,
  now: number,
  evidence: string,
): TagChange[] {
  const changes: TagChange[] = [];
  const pending = new Set(dirty);
  for (let position = 0; pending.size > 0 && position < program.tags.length; position++) {
    if (!pending.delete(position)) continue;
    const change = settle(program.tags[position]!, slice, program, now, evidence);
    if (!change) continue;
    changes.push(change);
    for (const reader of program.readers.tag.get(change.tag) ?? []) pending.add(reader);
  }
  return changes;
}

function settle(
  tag: CompiledTag,
  slice: TagSlice,
  program: TagProgram,
  now: number,
  evidence: string,
): TagChange | undefined {
  const { key, onUnmatched, version } = tag.definition;
  const known = slice.tags[key];
  const computed = compute(tag, slice, program, now);
  const fitted = fit(computed.value, tag.definition);
  const value = fitted === undefined && onUnmatched === 'keep' ? known?.value : fitted;
  if (sameValue(known?.value, value)) {
    keep(slice, key, { version, at: now, evidence }, computed);
    return undefined;
  }
  slice.tags[key] = { ...settled(value, computed, known), version, at: now, evidence };
  return { tag: key, from: known?.value, to: value, version, at: now, evidence };
}

function settled(
  value: Json | undefined,
  { due }: Computed,
  known: StateTag | undefined,
): Omit<StateTag, 'version' | 'at' | 'evidence'> {
  return {
    ...(value !== undefined && { value }),
    ...(value !== undefined && known?.expiresAt !== undefined && { expiresAt: known.expiresAt }),
    ...(due !== undefined && { due }),
  };
}

/** The value stays; the instant at which to look again may be another, also where there is no value yet. */
function keep(slice: TagSlice, key: string, fresh: StateTag, { due }: Computed): void {
  const known = slice.tags[key];
  if (known?.value === undefined && due === undefined) delete slice.tags[key];
  else if (!known) slice.tags[key] = { ...fresh, due: due! };
  else if (due === undefined) delete known.due;
  else known.due = due;
}

const sameValue = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));

/** Takes away what no definition gives any more: values and counted cells. Mutates `slice`. */
export function forgetTags(program: TagProgram, slice: TagSlice, now: number, evidence: string): TagChange[] {
  const known = new Set(program.tags.map(({ definition }) => definition.key));
  const gone = Object.entries(slice.tags).filter(([key]) => !known.has(key));
  for (const [key] of gone) delete slice.tags[key];
  for (const key of Object.keys(slice.cells)) if (!program.cells.has(key)) delete slice.cells[key];
  return gone
    .filter(([key, { value }]) => value !== undefined && !isHidden(key))
    .map(([tag, { value, version }]) => ({ tag, from: value, to: undefined, version, at: now, evidence }));
}

/** Values from outside the rules: from models, people, imports. */
export interface Assigned {
  /** `null` takes a value away. */
  values: Record<string, Json>;
  evidence: string;
  /** Epoch ms at which the values are forgotten. */
  expiresAt?: number | undefined;
}

/** Sets values from outside. Mutates `slice`; `dirty` is for `refreshTags`. A value that does not fit its tag is left out. */
export function setTags(
  program: TagProgram,
  slice: TagSlice,
  assigned: Assigned,
  now: number,
): { changes: TagChange[]; dirty: Dirty } {
  const changes: TagChange[] = [];
  const dirty: Dirty = new Set();
  for (const { definition } of program.tags.filter((tag) => Object.hasOwn(assigned.values, tag.definition.key))) {
    const change = assign(definition, slice, assigned, now);
    if (!change) continue;
    changes.push(change);
    for (const reader of program.readers.tag.get(definition.key) ?? []) dirty.add(reader);
  }
  return { changes, dirty };
}

function assign(
  definition: TagDefinition,
  slice: TagSlice,
  { values, evidence, expiresAt }: Assigned,
  now: number,
): TagChange | undefined {
  const { key, version } = definition;
  const given = values[key]!;
  const to = fit(given, definition);
  if (to === undefined && given !== null) return undefined;
  const known = slice.tags[key];
  const expiry = to !== undefined && expiresAt !== undefined ? { expiresAt, due: expiresAt } : undefined;
  if (sameValue(known?.value, to) && known?.expiresAt === expiresAt) return undefined;
  if (to === undefined) delete slice.tags[key];
  else slice.tags[key] = { value: to, version, at: now, evidence, ...expiry };
  if (sameValue(known?.value, to)) return undefined;
  return { tag: key, from: known?.value, to, version, at: now, evidence };
}
