import type { WarehouseMigration } from './migration.js';

/**
 * Texts of before halves of characters were replaced: ClickHouse parses no JSON that holds one, so such an event was
 * invisible to every condition on its properties. As we write JSON, an escape of a surrogate is always a half; one behind
 * an escaped backslash is none. Twice, because neighbours share the character between them.
 */
const HALF = String.raw`'((?:^|[^\\\\])(?:\\\\\\\\)*)\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}'`;
const once = (column: string): string => `replaceRegexpAll(${column}, ${HALF}, '\\\\1\\xEF\\xBF\\xBD')`;
const mended = (column: string): string => once(once(column));
const suspect = (column: string): string => `position(${column}, '\\\\ud') > 0`;

const mending = (table: string, columns: string[]): string =>
  `ALTER TABLE ${table} UPDATE ${columns.map((column) => `${column} = ${mended(column)}`).join(', ')} WHERE ${columns.map(suspect).join(' OR ')}`;

const inMap = (column: string): string => `${column} = mapApply((k, v) -> (k, ${mended('v')}), ${column})`;

export const halves: WarehouseMigration = {
  version: 7,
  name: 'halves',
  statements: [
    mending('events', ['properties', 'traits', 'context']),
    mending('tag_changes', ['value', 'previous']),
    mending('transitions', ['reason']),
    `ALTER TABLE profiles UPDATE ${inMap('traits')}, ${inMap('tags')} WHERE arrayExists(v -> ${suspect('v')}, arrayConcat(mapValues(traits), mapValues(tags)))`,
  ],
};
