import type { AssignmentView } from '@perennial/contract';
import { Tag } from 'antd';
import { useSpeech } from '../../i18n/language.js';

const COLOURS = { waiting: 'gold', open: 'blue', contacted: 'green', closed: 'default' } as const;
const RESULT_COLOURS = {
  won: 'green',
  lost: 'default',
  invalid: 'default',
  withdrawn: 'default',
  merged: 'default',
} as const;

/** Where an assignment stands, as one badge: how it ended, or what is most pressing. */
export function AssignmentState({ assignment }: { assignment: AssignmentView }) {
  const { texts } = useSpeech();
  const { status, result, isOverdue, escalatedAt, amount } = assignment;
  if (status === 'closed' && result)
    return (
      <Tag color={RESULT_COLOURS[result]}>
        {texts[`conResult_${result}`]}
        {amount !== undefined && ` ${amount.toLocaleString()}`}
      </Tag>
    );
  if (status === 'open' && escalatedAt !== undefined) return <Tag color="red">{texts.conEscalated}</Tag>;
  if (isOverdue) return <Tag color="red">{texts.conOverdue}</Tag>;
  return <Tag color={COLOURS[status]}>{texts[`conStatus_${status}`]}</Tag>;
}
