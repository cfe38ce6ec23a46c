import { createHash } from 'node:crypto';
import {
  PlatformError,
  type Aggregate,
  type Computation,
  type DaysSince,
  type EventFilter,
  type Recency,
  type TagDefinition,
  type Window,
} from '@perennial/contract';
import type { Zone } from '../../time/zone.js';
import { TAG } from '../tag.errors.js';
import type { CellSpec } from './cell.js';
import { plainComputation, type Hidden } from './desugar.js';
import { inputsOf } from './inputs.js';
import type { Reading } from './measure.js';

export interface CompiledCell {
  key: string;
  spec: CellSpec;
  event: EventFilter;
  property?: string;
  weight?: string;
}

/** A cell as one tag reads it. */
export interface ReadCell extends CompiledCell {
  reading: Reading;
}

/** `definition` has no behaviour inside conditions or formulas any more: hidden tags stand for it. */
export interface CompiledTag {
  definition: TagDefinition;
  cell?: ReadCell;
}

/** All tag definitions in force, made ready to be applied to events: equal measurements of many tags are one cell. */
export interface TagProgram {
  zone: Zone;
  /** Inputs before outputs. */
  tags: CompiledTag[];
  cells: Map<string, CompiledCell>;
  cellsByEvent: Map<string, CompiledCell[]>;
  /** How far each source is believed about traits: the lower rank wins. A source that is not here has `PLAIN_RANK`. */
  ranks: ReadonlyMap<string, number>;
  /** Sources that may not state that somebody consents. */
  silent: ReadonlySet<string>;
  /** Positions in `tags` of what must be looked at again when the cell, trait or tag changes. */
  readers: { cell: Map<string, number[]>; trait: Map<string, number[]>; tag: Map<string, number[]> };
}

/** Compiles definitions and the hidden tags that conditions elsewhere read; throws `TAG_DEFINITION_CYCLE` or `TAG_DEFINITION_INPUT_ABSENT` when they cannot work together. */
export function compileTags(definitions: TagDefinition[], zone: Zone, watched: Hidden = new Map()): TagProgram {
  const hidden: Hidden = new Map(watched);
  const plain = definitions.map((definition) => ({
    ...definition,
    computation: plainComputation(definition.computation, hidden),
  }));
  const tags = inputsFirst([...plain, ...hidden.values()]).map(compileTag);
  const cells = new Map(tags.flatMap(({ cell }) => (cell ? [[cell.key, cell] as const] : [])));
  const readers: TagProgram['readers'] = { cell: new Map(), trait: new Map(), tag: new Map() };
  tags.forEach(({ definition, cell }, position) => {
    if (cell) append(readers.cell, cell.key, position);
    const inputs = inputsOf(definition.computation);
    for (const trait of inputs.traits) append(readers.trait, trait, position);
    for (const tag of inputs.tags) append(readers.tag, tag, position);
  });
  return {
    zone,
    tags,
    cells,
    cellsByEvent: indexByEvent([...cells.values()]),
    ranks: new Map(),
    silent: new Set(),
    readers,
  };
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const known = map.get(key);
  if (known) known.push(item);
  else map.set(key, [item]);
}

function indexByEvent(cells: CompiledCell[]): Map<string, CompiledCell[]> {
  const index = new Map<string, CompiledCell[]>();
  for (const cell of cells) for (const name of new Set(cell.event.names)) append(index, name, cell);
  return index;
}

function compileTag(definition: TagDefinition): CompiledTag {
  const cell = cellOf(definition.computation);
  return cell ? { definition, cell } : { definition };
}

function cellOf(computation: Computation): ReadCell | undefined {
  if (computation.kind === 'aggregate') return readCellOf(computation);
  return computation.kind === 'recency' || computation.kind === 'daysSince' ? lastCell(computation) : undefined;
}

/** An aggregate as a cell of its own. */
export function readCellOf({ event, measure, property, window, limit, weight }: Aggregate): ReadCell {
  const spec: CellSpec = window === undefined ? { measure } : { measure, window };
  const measured = { ...(property !== undefined && { property }), ...(weight !== undefined && { weight }) };
  const reading = { ...(limit !== undefined && { limit }), ...(weight !== undefined && { weight }) };
  return { key: cellKey(event, spec, measured), spec, event, ...measured, reading };
}

function lastCell({ event }: Recency | DaysSince): ReadCell {
  const spec: CellSpec = { measure: 'lastAt' };
  return { key: cellKey(event, spec, {}), spec, event, reading: {} };
}

/**
 * What measures the same has the same key, so it is kept and computed once. The key is a hash of the canonical text,
 * because it stands in every profile's document: the texts themselves made up a third of it.
 */
function cellKey(
  { names, where = [] }: EventFilter,
  { measure, window }: CellSpec,
  { property = '', weight = '' }: { property?: string; weight?: string },
): string {
  const tests = where.map((clause) => JSON.stringify(clause)).sort();
  const when = window === undefined ? 'all' : 'this' in window ? window.this : keptBuckets(window);
  const text = JSON.stringify([measure, property, weight, when, [...names].sort(), ...tests]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 10);
}

/** The window without what is left out of it differs in how it is read, but has other buckets to keep. */
const keptBuckets = ({ last, unit, skip = 0 }: Extract<Window, { last: number }>): string => `${last}${unit}-${skip}`;

/** Depth-first order; a tag met again on its own path is a cycle. */
function inputsFirst(definitions: TagDefinition[]): TagDefinition[] {
  const byKey = new Map(definitions.map((definition) => [definition.key, definition]));
  const ordered = new Map<string, TagDefinition>();
  const visit = (definition: TagDefinition, path: string[]): void => {
    if (ordered.has(definition.key)) return;
    if (path.includes(definition.key)) throw cycle([...path, definition.key]);
    for (const key of inputsOf(definition.computation).tags) {
      const input = byKey.get(key);
      if (!input) throw inputAbsent(definition.key, key);
      visit(input, [...path, definition.key]);
    }
    ordered.set(definition.key, definition);
  };
  for (const definition of definitions) visit(definition, []);
  return [...ordered.values()];
}

const cycle = (path: string[]): PlatformError =>
  new PlatformError(TAG.DEFINITION_CYCLE, `tags feed each other in a circle: ${path.join(' -> ')}`, {
    kind: 'invalid',
    details: { path },
  });

const inputAbsent = (tag: string, input: string): PlatformError =>
  new PlatformError(TAG.DEFINITION_INPUT_ABSENT, `tag ${tag} reads tag ${input}, which does not exist`, {
    kind: 'invalid',
    details: { tag, input },
  });
