import type { AudienceDefinition, LifecycleDefinition, TagDefinition, Text } from '@perennial/contract';
import type { Titles } from './words.js';

interface Named {
  tags: readonly TagDefinition[];
  lifecycles: readonly LifecycleDefinition[];
  audiences: readonly AudienceDefinition[];
  kinds: ReadonlyMap<string, { title: Text }>;
}

/** The titles of everything that is defined at this moment. */
export function titlesOf({ tags, lifecycles, audiences, kinds }: Named): Titles {
  const byKey = <T extends { key: string }>(items: readonly T[]) => new Map(items.map((item) => [item.key, item]));
  const [tagOf, lifecycleOf, audienceOf] = [byKey(tags), byKey(lifecycles), byKey(audiences)];
  return {
    tag: (key) => tagOf.get(key)?.title,
    value: (tag, value) => tagOf.get(tag)?.values?.find((known) => known.value === value)?.title,
    lifecycle: (key) => lifecycleOf.get(key)?.title,
    stage: (key, place) => stageTitle(lifecycleOf.get(key), place),
    audience: (key) => audienceOf.get(key)?.title,
    kind: (key) => kinds.get(key)?.title,
  };
}

function stageTitle(lifecycle: LifecycleDefinition | undefined, place: string): Text | undefined {
  const [key, subKey] = place.split('/');
  const stage = lifecycle?.stages.find((known) => known.key === key);
  const sub = stage?.subStages?.find((known) => known.key === subKey);
  if (!stage || !sub) return stage?.title;
  return { zh: `${stage.title.zh}·${sub.title.zh}`, en: `${stage.title.en}: ${sub.title.en}` };
}
