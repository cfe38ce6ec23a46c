import type { ExperimentDefinition, Json } from '@perennial/contract';
import { attempt } from '../core/index.js';
import { decide, flagOf, type Decision, type Person } from './assign.js';
import type { Book } from './book.js';
import { checkDefinitions, EMPTY, type Sheet } from './definitions.js';
import type { Base, StateOptions } from './state.js';

export interface Dealing {
  /** Brings everything that follows from something else up to date. */
  derive: () => void;
  decision: (key: string) => Decision | undefined;
  experiments: () => ExperimentDefinition[];
  hasDefinitions: () => boolean;
}

export const SHEET = 'definitions';
export const FORCE = 'perennial_force';

export function createDealing(book: Book, base: Base, options: StateOptions, fail: (error: unknown) => void): Dealing {
  const { store } = book;
  const decisions = new Map<string, Decision>();
  const asked = readAsked(options.forceParameter);
  let sheet: Sheet = EMPTY;
  let source: unknown;
  let stamp = -1;
  const look = () => {
    const stored = options.definitionsUrl === undefined ? undefined : book.entry('sheet', SHEET);
    const at = stored ? stored[1] : 0;
    if (at === stamp) return;
    stamp = at;
    source = stored ? stored[0] : options.definitions;
    sheet = source === undefined ? EMPTY : checkDefinitions(source, fail);
  };
  const fill = (table: string, values: Map<string, Json>) => {
    const rows: Record<string, { value: Json }> = {};
    values.forEach((value, key) => (rows[key] = { value }));
    if (values.size > 0) store.setTable(table, rows);
    else store.delTable(table);
  };
  const derive = () => {
    look();
    const person: Person = { ...base.ids(), traits: valuesOf(book, 'traits') };
    const [variations, flags, choices] = [new Map<string, Json>(), new Map<string, Json>(), base.consent()];
    decisions.clear();
    for (const definition of sheet.experiments) {
      const { key } = definition;
      const forced = asked.has(key) ? asked.get(key) : book.get('forced', key);
      const decision = decide(definition, sheet.holdOuts, person, { forced, stuck: book.get('sticky', key) });
      decisions.set(key, decision);
      if (decision.variation !== undefined) variations.set(key, decision.variation);
    }
    for (const definition of sheet.flags) flags.set(definition.key, flagOf(definition, person));
    for (const key of store.getRowIds('forced-flags'))
      if (store.hasCell('forced-flags', key, 'value')) flags.set(key, book.get('forced-flags', key)!);
    asked.forEach((text, key) => {
      if (!decisions.has(key))
        flags.set(
          key,
          attempt(() => JSON.parse(text) as Json, text),
        );
    });
    fill('experiments', variations);
    fill('flags', flags);
    fill('consent', new Map(Object.keys(choices).map((key) => [key, choices[key]!])));
  };
  return {
    derive,
    decision: (key) => decisions.get(key),
    experiments: () => sheet.experiments,
    hasDefinitions: () => source !== undefined,
  };
}

/** The cells of one table that hold something. */
export function valuesOf({ store }: Book, table: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const key of store.getRowIds(table)) {
    const value = store.getCell(table, key, 'value');
    if (value !== undefined) values[key] = value;
  }
  return values;
}

/** What a tester asked for in the page's address: `?perennial_force=hero:b&perennial_force=new-cart:true`. */
function readAsked(parameter: string | false = FORCE): Map<string, string> {
  const asked = new Map<string, string>();
  if (parameter === false) return asked;
  for (const text of new URLSearchParams(location.search).getAll(parameter).slice(0, 20)) {
    const at = text.indexOf(':');
    if (at > 0) asked.set(text.slice(0, at), text.slice(at + 1));
  }
  return asked;
}
