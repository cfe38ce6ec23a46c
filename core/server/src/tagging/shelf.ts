import { PlatformError, type ShelfItem, type TagDefinition } from '@perennial/contract';
import { computationWords, type Titles } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import { inputsOf, TAG, TAG_SHELF } from '../tag/index.js';
import type { Releases } from './releases.js';

interface Tools {
  definitions: Definitions;
  releases: Releases;
  titles: () => Titles;
}

/** Ready definitions that wait for somebody who has a use for them. */
export class Shelf {
  constructor(private readonly tools: Tools) {}

  list(): ShelfItem[] {
    const inForce = new Set(this.tools.definitions.tagList().map(({ key }) => key));
    const known = this.tools.titles();
    const titles = { ...known, tag: (key: string) => SHELF.get(key)?.title ?? known.tag(key) };
    return TAG_SHELF.map((definition) => ({
      definition,
      words: computationWords(definition, titles),
      isPublished: inForce.has(definition.key),
      needs: [...new Set(inputsOf(definition.computation).tags)],
    }));
  }

  /** Publishes them and those of the shelf that they read. Throws `TAG_ABSENT` for what is not on the shelf. */
  take(keys: string[], by: string): Promise<string[]> {
    const wanted = new Map<string, TagDefinition>();
    for (const key of keys) collect(key, wanted);
    return this.tools.releases.publishNew([...wanted.values()], { by, note: '' });
  }
}

const SHELF = new Map(TAG_SHELF.map((definition) => [definition.key, definition]));

/** Inputs before what reads them. */
function collect(key: string, wanted: Map<string, TagDefinition>): void {
  const definition = SHELF.get(key);
  if (!definition)
    throw new PlatformError(TAG.ABSENT, `there is no ${key} in the library`, { kind: 'absent', details: { key } });
  for (const input of inputsOf(definition.computation).tags) if (SHELF.has(input)) collect(input, wanted);
  wanted.set(key, definition);
}
