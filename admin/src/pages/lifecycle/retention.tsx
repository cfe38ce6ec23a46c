import type { Retention } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Select, Space, Table } from 'antd';
import { useState } from 'react';
import { get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { useWords } from '../../parts/rule-editor/words.js';

/** Of those who did it first in a month, who did it again in each month after. */
export function RetentionTab() {
  const { texts } = useSpeech();
  const { events } = useWords();
  const [event, setEvent] = useState('Order Completed');
  const retention = useQuery({
    queryKey: ['retention', event],
    queryFn: () => get<Retention>(`/analysis/retention${query({ event, months: 12 })}`),
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Select
        showSearch
        style={{ minWidth: 240 }}
        value={event}
        aria-label={texts.ruleEvent}
        options={events.map(({ name }) => ({ value: name, label: name }))}
        onChange={setEvent}
      />
      <Load query={retention}>{(known) => <Cohorts retention={known} />}</Load>
    </Space>
  );
}

type Cohort = Retention['cohorts'][number];

function Cohorts({ retention: { cohorts } }: { retention: Retention }) {
  const { texts } = useSpeech();
  const longest = Math.max(0, ...cohorts.map(({ kept }) => kept.length));
  const share = ({ people, kept }: Cohort, month: number) =>
    kept[month] === undefined || people === 0 ? undefined : kept[month] / people;
  return (
    <Table<Cohort>
      size="small"
      rowKey="month"
      pagination={false}
      dataSource={cohorts}
      columns={[
        { title: texts.lifeCohort, dataIndex: 'month', width: 100 },
        {
          title: texts.audPeople,
          dataIndex: 'people',
          width: 90,
          align: 'right',
          render: (n: number) => n.toLocaleString(),
        },
        ...Array.from({ length: longest }, (_, month) => ({
          title: `+${month}`,
          align: 'right' as const,
          render: (_cell: unknown, cohort: Cohort) => {
            const part = share(cohort, month);
            return part === undefined ? '' : `${(100 * part).toFixed(0)}%`;
          },
          onCell: (cohort: Cohort) => ({
            style: { background: `rgba(31, 122, 92, ${0.7 * (share(cohort, month) ?? 0)})` },
          }),
        })),
      ]}
    />
  );
}
