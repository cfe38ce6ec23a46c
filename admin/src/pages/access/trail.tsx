import type { Page } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Table, Tag, Tooltip } from 'antd';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { When } from '../../parts/when.js';

interface AuditEntry {
  id: number;
  at: number;
  user: string;
  action: string;
  target: string;
  address?: string;
  outcome?: string;
}

export function Trail() {
  const { texts } = useSpeech();
  const audit = useQuery({ queryKey: ['audit'], queryFn: () => get<Page<AuditEntry>>('/audit?limit=50') });
  return (
    <Card
      size="small"
      title={texts.audit}
      extra={
        <Button size="small" href="/api/v1/audit.csv">
          {texts.exportCsv}
        </Button>
      }
    >
      <Load query={audit}>
        {({ items }) => (
          <Table<AuditEntry>
            size="small"
            rowKey="id"
            pagination={{ pageSize: 10, hideOnSinglePage: true }}
            dataSource={items}
            columns={[
              { title: texts.time, dataIndex: 'at', width: 180, render: (at: number) => <When at={at} isExact /> },
              { title: texts.userName, dataIndex: 'user' },
              { title: texts.action, dataIndex: 'action' },
              { title: texts.target, dataIndex: 'target' },
              { title: texts.address, dataIndex: 'address', width: 150 },
              { title: texts.outcome, width: 110, render: (_, { outcome }) => <Outcome of={outcome} /> },
            ]}
          />
        )}
      </Load>
    </Card>
  );
}

/** How an act ended; the code of a failure is there for who wants it. */
function Outcome({ of: outcome }: { of: string | undefined }) {
  const { texts } = useSpeech();
  if (outcome === undefined) return null;
  if (outcome === 'done') return texts.outcome_done;
  if (outcome === 'begun') return <Tag color="warning">{texts.outcome_begun}</Tag>;
  return (
    <Tooltip title={outcome}>
      <Tag color="error">{texts.outcome_failed}</Tag>
    </Tooltip>
  );
}
