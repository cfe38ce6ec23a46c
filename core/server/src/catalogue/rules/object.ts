import { cut, type CatalogueObject } from '@perennial/contract';

const MAX_FACTS = 50;
const MAX_TAGS = 100;
const MAX_TEXT = 1_000;
const FACT = /^[\p{L}\p{N}_-]{1,64}$/u;

/** Why it cannot be an object of the catalogue; undefined when it can. */
export function objectProblem({ id, name, facts, tags }: CatalogueObject): string | undefined {
  if (id.length < 1 || id.length > 128) return 'an id has 1 to 128 characters';
  if (name.length < 1 || name.length > 255) return 'a name has 1 to 255 characters';
  return factsProblem(facts) ?? tagsProblem(tags);
}

function factsProblem(facts: CatalogueObject['facts']): string | undefined {
  const entries = Object.entries(facts);
  if (entries.length > MAX_FACTS) return `at most ${MAX_FACTS} facts`;
  for (const [key, value] of entries) {
    if (!FACT.test(key) || key === '__proto__') return `${cut(key, 80)} is no name of a fact: letters, digits, _ and -`;
    if (value !== null && typeof value === 'object') return `fact ${key} is no text, number or boolean`;
    if (typeof value === 'string' && value.length > MAX_TEXT)
      return `fact ${key} is longer than ${MAX_TEXT} characters`;
  }
  return undefined;
}

function tagsProblem(tags: string[]): string | undefined {
  if (tags.length > MAX_TAGS) return `at most ${MAX_TAGS} tags`;
  const isTag = (tag: unknown) => typeof tag === 'string' && tag.length >= 1 && tag.length <= 64;
  return tags.every(isTag) ? undefined : 'a tag is a text of 1 to 64 characters';
}
