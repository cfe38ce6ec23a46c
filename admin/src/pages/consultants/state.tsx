import type { AssignmentView } from '@perennial/contract';
import { Space, Tag } from 'antd';
import { useSpeech } from '../../i18n/language.js';

const COLOURS = { waiting: 'gold', open: 'blue', contacted: 'green', closed: 'default' } as const;
const RESULT_COLOURS = {
  won: 'green',
  lost: 'default',
  invalid: 'default',
  withdrawn: 'default',
  merged: 'default',
} as const;

/** Where an assignment stands, as badges. */
export function AssignmentState({
  assignment: { status, result, isOverdue, escalatedAt },
}: {
  assignment: AssignmentView;
}) {
  const { texts } = useSpeech();
  if (status === 'closed' && result) return <Tag color={RESULT_COLOURS[result]}>{texts[`conResult_${result}`]}</Tag>;
  return (
    <Space size={4} wrap>
      {isOverdue ? (
        <Tag color="red">{texts.conOverdue}</Tag>
      ) : (
        <Tag color={COLOURS[status]}>{texts[`conStatus_${status}`]}</Tag>
      )}
      {escalatedAt !== undefined && status === 'open' && <Tag color="volcano">{texts.conEscalated}</Tag>}
    </Space>
  );
}
