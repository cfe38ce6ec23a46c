import type { AssignmentView } from '@perennial/contract';
import { Link } from '@tanstack/react-router';
import { Empty, Space, Table, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { useSession } from '../../session.js';
import { AssignmentActs } from './acts.js';
import { CauseOf } from './cause-of.js';
import { Due } from './due.js';
import { AssignmentState } from './state.js';
import { useNow } from './use-now.js';

interface AssignmentTableProps {
  items: AssignmentView[];
  hasCrew: boolean;
}

export function AssignmentTable({ items, hasCrew }: AssignmentTableProps) {
  const { texts, language } = useSpeech();
  const { isAdmin } = useSession();
  const now = useNow();
  const isClosed = items.length > 0 && items.every(({ status }) => status === 'closed');
  const actsWidth = language === 'zh' ? 206 : 296;
  const nothing = hasCrew ? texts.conEmpty : isAdmin ? texts.conNone : texts.conNoneViewer;
  return (
    <Table<AssignmentView>
      size="small"
      rowKey="id"
      pagination={false}
      dataSource={items}
      scroll={{ x: 774 + actsWidth }}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={nothing} /> }}
      columns={[
        { title: texts.customer, width: 140, render: (_, one) => <Customer assignment={one} /> },
        { title: texts.status, width: 116, render: (_, one) => <AssignmentState assignment={one} /> },
        {
          title: isClosed ? texts.conClosedAt : texts.conDue,
          width: 136,
          render: (_, one) => <Due assignment={one} now={now} />,
        },
        { title: texts.consultants, width: 112, render: (_, one) => <With assignment={one} /> },
        { title: texts.conShop, width: 84, dataIndex: 'shop', render: (shop: string) => shop || '–' },
        { title: texts.conWhy, render: (_, one) => <CauseOf assignment={one} /> },
        {
          title: texts.action,
          width: actsWidth,
          fixed: 'right',
          render: (_, one) => <AssignmentActs assignment={one} />,
        },
      ]}
    />
  );
}

function Customer({ assignment: { profileId, displayName } }: { assignment: AssignmentView }) {
  return (
    <Space size={6}>
      <Link to="/profiles/$id" params={{ id: profileId }}>
        {displayName ?? profileId}
      </Link>
      {displayName && (
        <Typography.Text type="secondary" style={{ fontSize: 12 }}>
          {profileId}
        </Typography.Text>
      )}
    </Space>
  );
}

function With({ assignment: { consultantName, hops } }: { assignment: AssignmentView }) {
  const { texts } = useSpeech();
  if (consultantName === undefined) return <Typography.Text type="secondary">–</Typography.Text>;
  return (
    <div style={{ lineHeight: 1.35 }}>
      <div>{consultantName}</div>
      {hops > 0 && (
        <Typography.Text type="secondary" style={{ fontSize: 12 }}>
          {texts.conHops.replace('{n}', String(hops))}
        </Typography.Text>
      )}
    </div>
  );
}
