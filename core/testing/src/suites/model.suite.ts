import { describe, expect, it } from '@jest/globals';
import { modelFacts, type Model, type ModelContext, type Part, type Plugin, type Score } from '@perennial/kit';

const BY_TYPE: Record<string, (value: unknown) => boolean> = {
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  text: (value) => typeof value === 'string',
  enum: (value) => typeof value === 'string' || typeof value === 'number',
  date: (value) => typeof value === 'number',
  list: Array.isArray,
};

/** What core relies on when it runs a model: determinism, declared tags alone, values of the declared types. */
export function describeModel(plugin: Plugin, part: Part<Model>, make: () => Model, context: ModelContext): void {
  const run = async () => {
    const scores: Score[] = [];
    const running = make().score(context);
    for (let next = await running.next(); ; next = await running.next()) {
      if (next.done) return { scores, report: next.value };
      scores.push(...next.value);
    }
  };

  describe(`model ${modelFacts(part)!.key}`, () => {
    it('gives the same scores for the same data and instant', async () => {
      const [one, two] = [await run(), await run()];
      expect(one.scores.length).toBeGreaterThan(0);
      expect(two).toEqual(one);
    });

    it('writes only tags that it declared, with values of their types', async () => {
      const declared = new Map((plugin.tags ?? []).map((tag) => [tag.key, tag]));
      const wrong = (await run()).scores.flatMap(({ tags }) =>
        Object.entries(tags).filter(([key, value]) => {
          const tag = declared.get(key);
          return (
            !tag ||
            !modelFacts(part)!.writes.includes(key) ||
            !BY_TYPE[tag.valueType]!(value) ||
            (tag.values && !tag.values.some((known) => known.value === value))
          );
        }),
      );
      expect(wrong).toEqual([]);
    });

    it('scores nobody twice', async () => {
      const people = (await run()).scores.map(({ profile }) => profile);
      expect(new Set(people).size).toBe(people.length);
    });
  });
}
