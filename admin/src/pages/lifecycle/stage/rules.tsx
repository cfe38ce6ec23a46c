import { Card, Descriptions } from 'antd';
import { useSpeech } from '../../../i18n/language.js';
import type { StageParts } from './stage-parts.js';

/** Who is here, in words. */
export function StageRules({ lifecycle: { words, definition }, stage }: StageParts) {
  const { texts, say } = useSpeech();
  const titleOf = (key: string) => say(definition.stages.find((one) => one.key === key)?.title) || key;
  const days = (value: number | undefined) => (value === undefined ? [] : [`${value} ${texts.days}`]);
  const rows: [string, string][] = [
    [texts.lifeEnter, say(words[stage.key]) || texts.lifeTakesRest],
    ...(stage.subStages ?? []).map((sub): [string, string] => [say(sub.title), say(words[`${stage.key}/${sub.key}`])]),
    ...(stage.guards ?? []).map(({ message }): [string, string] => [texts.lifeGuard, say(message)]),
    ...days(stage.minimumStayDays).map((text): [string, string] => [texts.lifeMinimum, text]),
    ...days(stage.coolDownDays).map((text): [string, string] => [texts.lifeCoolDown, text]),
    ...(stage.next ? [[texts.lifeNext, stage.next.map(titleOf).join(' · ')] as [string, string]] : []),
  ];
  return (
    <Card size="small" title={texts.lifeDefinition}>
      <Descriptions
        size="small"
        column={1}
        items={rows.map(([label, children], i) => ({ key: `${label}${i}`, label, children }))}
      />
    </Card>
  );
}
