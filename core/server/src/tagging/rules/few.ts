import type { Distribution, TagDefinition, TagHistory, TagPreview } from '@perennial/contract';
import { FEWEST_PEOPLE } from '../../audience/vocabulary.js';

/** Values that the definition itself names say nothing of anybody, however few have them. */
const namedBy = ({ valueType, values = [] }: TagDefinition): Set<string> =>
  new Set(['true', 'false', ...(valueType === 'boolean' ? [] : values.map(({ value }) => plain(value)))]);

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A value that few people have may be a person's own words: a viewer is not told, while counts stay whole. */
export function withoutFew(history: TagHistory, definition: TagDefinition): TagHistory {
  const named = namedBy(definition);
  const isTold = ([value, people]: [string, number]) => people >= FEWEST_PEOPLE || named.has(value);
  const days = history.days.map(({ values, ...day }) => ({
    ...day,
    ...(values && { values: Object.fromEntries(Object.entries(values).filter(isTold)) }),
  }));
  return { ...history, days };
}

export function previewWithoutFew(preview: TagPreview, definition: TagDefinition): TagPreview {
  const named = namedBy(definition);
  const told = ({ values, ...side }: Distribution): Distribution => ({
    ...side,
    ...(values && {
      values: values.filter(({ value, people }) => people >= FEWEST_PEOPLE || named.has(plain(value))),
    }),
  });
  return { ...preview, before: told(preview.before), after: told(preview.after) };
}
