import type { LifecycleDefinition, Text } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';

const useLifecycles = () =>
  useQuery({
    queryKey: ['lifecycles'],
    queryFn: () => get<LifecycleDefinition[]>('/lifecycles'),
    staleTime: 60_000,
  });

/** Every stage and sub-stage of every lifecycle, grouped for a picker; values as `lifecycle:place`. */
export function usePlaces(): { label: string; options: { value: string; label: string }[] }[] {
  const { say } = useSpeech();
  const { data = [] } = useLifecycles();
  return data.map(({ key, title, stages }) => ({
    label: say(title),
    options: stages.toReversed().flatMap((stage) => [
      { value: `${key}:${stage.key}`, label: say(stage.title) },
      ...(stage.subStages ?? []).map((sub) => ({
        value: `${key}:${stage.key}/${sub.key}`,
        label: `${say(stage.title)} · ${say(sub.title)}`,
      })),
    ]),
  }));
}

/** Says a place (`churn` or `churn/dormant`) in words; a place that no definition knows any more, as it is written. */
export function useSayPlace(): (lifecycle: string, place: string) => string {
  const { say } = useSpeech();
  const { data = [] } = useLifecycles();
  return (lifecycle, place) =>
    titlesOf(
      data.find(({ key }) => key === lifecycle),
      place,
    )
      .map(say)
      .join(' · ') || place;
}

function titlesOf(lifecycle: LifecycleDefinition | undefined, place: string): Text[] {
  const [stageKey, subKey] = place.split('/');
  const stage = lifecycle?.stages.find(({ key }) => key === stageKey);
  const sub = stage?.subStages?.find(({ key }) => key === subKey);
  return [...(stage ? [stage.title] : []), ...(sub ? [sub.title] : [])];
}
