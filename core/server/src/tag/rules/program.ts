import { createHash } from 'node:crypto';
import {
  PlatformError,
  type Aggregate,
  type Computation,
  type EventFilter,
  type Recency,
  type TagDefinition,
} from '@perennial/contract';
import type { Zone } from '../../time/zone.js';
import { TAG } from '../tag.errors.js';
import type { CellSpec } from './cell.js';
import { inputsOf } from './inputs.js';

export interface CompiledCell {
  key: string;
  spec: CellSpec;
  event: EventFilter;
  property?: string;
}

export interface CompiledTag {
  definition: TagDefinition;
  cell?: CompiledCell;
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
  /** Positions in `tags` of what must be looked at again when the cell, trait or tag changes. */
  readers: { cell: Map<string, number[]>; trait: Map<string, number[]>; tag: Map<string, number[]> };
}

/** The rank of a source that no rule speaks of. */
export const PLAIN_RANK = 100;

/** Compiles definitions; throws `TAG_DEFINITION_CYCLE` or `TAG_DEFINITION_INPUT_ABSENT` when they cannot work together. */
export function compileTags(definitions: TagDefinition[], zone: Zone): TagProgram {
  const tags = inputsFirst(definitions).map(compileTag);
  const cells = new Map(tags.flatMap(({ cell }) => (cell ? [[cell.key, cell] as const] : [])));
  const readers: TagProgram['readers'] = { cell: new Map(), trait: new Map(), tag: new Map() };
  tags.forEach(({ definition, cell }, position) => {
    if (cell) append(readers.cell, cell.key, position);
    const inputs = inputsOf(definition.computation);
    for (const trait of inputs.traits) append(readers.trait, trait, position);
    for (const tag of inputs.tags) append(readers.tag, tag, position);
  });
  return { zone, tags, cells, cellsByEvent: indexByEvent([...cells.values()]), ranks: new Map(), readers };
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

function cellOf(computation: Computation): CompiledCell | undefined {
  if (computation.kind === 'aggregate') return aggregateCell(computation);
  return computation.kind === 'recency' ? recencyCell(computation) : undefined;
}

function aggregateCell({ event, measure, property, windowDays }: Aggregate): CompiledCell {
  const spec: CellSpec = windowDays === undefined ? { measure } : { measure, windowDays };
  return { key: cellKey(event, spec, property), spec, event, ...(property !== undefined && { property }) };
}

function recencyCell({ event }: Recency): CompiledCell {
  const spec: CellSpec = { measure: 'lastAt' };
  return { key: cellKey(event, spec), spec, event };
}

/**
 * What measures the same has the same key, so it is kept and computed once. The key is a hash of the canonical text,
 * because it stands in every profile's document: the texts themselves made up a third of it.
 */
function cellKey({ names, where = [] }: EventFilter, { measure, windowDays }: CellSpec, property = ''): string {
  const tests = where.map((clause) => JSON.stringify(clause)).sort();
  const text = [measure, property, windowDays ?? 'all', [...names].sort().join('|'), ...tests].join(';');
  return createHash('sha256').update(text).digest('base64url').slice(0, 10);
}

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
