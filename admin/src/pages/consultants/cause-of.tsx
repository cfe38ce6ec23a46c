import type { AssignmentView } from '@perennial/contract';
import { Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { useSayPlace } from '../../parts/use-stages.js';

/** Why somebody was assigned: the rule, and what happened. */
export function CauseOf({ assignment }: { assignment: AssignmentView }) {
  const happened = useHappened(assignment.cause);
  return (
    <div style={{ lineHeight: 1.35 }}>
      <div>{assignment.ruleTitle}</div>
      <Typography.Text type="secondary" style={{ fontSize: 12 }}>
        {happened}
      </Typography.Text>
    </div>
  );
}

function useHappened({ hook, payload }: AssignmentView['cause']): string {
  const { texts } = useSpeech();
  const sayPlace = useSayPlace();
  const text = (key: string) => (typeof payload[key] === 'string' ? payload[key] : '');
  switch (hook) {
    case 'stage.moved': {
      const { stage, subStage } = payload['to'] as { stage: string; subStage?: string };
      return `${texts.onStage} ${sayPlace(text('lifecycle'), subStage ? `${stage}/${subStage}` : stage)}`;
    }
    case 'tag.changed':
      return `${texts.onTag} ${text('tag')} = ${JSON.stringify(payload['to'])}`;
    case 'audience.entered':
      return `${texts.onEntered} ${text('audience')}`;
    case 'audience.left':
      return `${texts.onLeft} ${text('audience')}`;
    default:
      return `${texts.onEvent} ${text('name')}`;
  }
}
