import type { AssignmentActView, AssignmentDetail, AssignmentEnd } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Descriptions, Drawer, Space, Timeline, Typography } from 'antd';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { When } from '../../parts/when.js';
import { CauseOf } from './cause-of.js';
import { AssignmentState } from './state.js';

/** Everything that became of an assignment, oldest first. */
export function HistoryDrawer({ id, onClose }: { id: number; onClose: () => void }) {
  const { texts } = useSpeech();
  const detail = useQuery({ queryKey: ['assignment', id], queryFn: () => get<AssignmentDetail>(`/assignments/${id}`) });
  return (
    <Drawer open size={480} title={`${texts.conDetails} · #${id}`} onClose={onClose}>
      <Load query={detail}>{(known) => <Whole known={known} />}</Load>
    </Drawer>
  );
}

function Whole({ known }: { known: AssignmentDetail }) {
  const { texts } = useSpeech();
  const facts = [
    {
      key: 'who',
      label: texts.customer,
      children: (
        <Link to="/profiles/$id" params={{ id: known.profileId }}>
          {known.displayName ?? known.profileId}
        </Link>
      ),
    },
    { key: 'state', label: texts.status, children: <AssignmentState assignment={known} /> },
    { key: 'why', label: texts.conWhy, children: <CauseOf assignment={known} /> },
    ...(known.amount === undefined
      ? []
      : [{ key: 'amount', label: texts.conAmount, children: known.amount.toLocaleString() }]),
    ...(known.note ? [{ key: 'note', label: texts.conNote, children: known.note }] : []),
  ];
  return (
    <Space orientation="vertical" size={20} style={{ width: '100%' }}>
      <Descriptions size="small" column={1} items={facts} />
      <Timeline items={known.acts.map((act, n) => ({ key: n, color: colourOf(act), content: <Line act={act} /> }))} />
    </Space>
  );
}

const colourOf = ({ kind }: AssignmentActView): string => {
  if (kind === 'overdue' || kind === 'escalated') return 'red';
  return kind === 'contacted' || kind === 'closed' ? 'green' : 'gray';
};

function Line({ act }: { act: AssignmentActView }) {
  const { texts } = useSpeech();
  const { at, kind, by, from = '–', to = '–', reason } = act;
  const said = texts[`conAct_${kind}`].replace('{from}', from).replace('{to}', to);
  const isResult = kind === 'closed' && reason !== undefined;
  return (
    <div>
      <Typography.Text>
        {said}
        {isResult && ` · ${texts[`conResult_${reason as AssignmentEnd}`]}`}
      </Typography.Text>
      {reason && !isResult && <Typography.Text type="secondary">{` · ${reason}`}</Typography.Text>}
      <div>
        <Typography.Text type="secondary" style={{ fontSize: 12 }}>
          <When at={at} isExact /> · {by === 'platform' ? texts.conPlatform : by}
        </Typography.Text>
      </div>
    </div>
  );
}
