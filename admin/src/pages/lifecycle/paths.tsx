import type { Paths } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Col, Row, Select, Space, Statistic, Table } from 'antd';
import { useState } from 'react';
import { get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { useWords } from '../../parts/rule-editor/words.js';
import { Sankey } from './sankey.js';

/** What people did from the first touch to the goal. */
export function PathsTab({ days }: { days: number }) {
  const { texts } = useSpeech();
  const { events } = useWords();
  const [goal, setGoal] = useState('Order Completed');
  const paths = useQuery({
    queryKey: ['paths', goal, days],
    queryFn: () => get<Paths>(`/analysis/paths${query({ goal, steps: 4, days })}`),
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space>
        {texts.lifeGoal}
        <Select
          showSearch
          style={{ minWidth: 240 }}
          value={goal}
          aria-label={texts.lifeGoal}
          options={events.map(({ name }) => ({ value: name, label: name }))}
          onChange={setGoal}
        />
      </Space>
      <Load query={paths}>
        {({ reached, notReached, links, top }) => (
          <Row gutter={16}>
            <Col span={15}>
              <Sankey
                label={texts.lifePaths}
                links={links.map(({ from, to, people }) => ({ from, to, value: people }))}
              />
            </Col>
            <Col span={9}>
              <Space size={32}>
                <Statistic title={texts.lifeReached} value={reached} />
                <Statistic title={texts.lifeNotReached} value={notReached} />
              </Space>
              <Table
                size="small"
                rowKey={({ path }) => path.join('>')}
                pagination={false}
                dataSource={top}
                columns={[
                  { title: texts.lifePaths, render: (_, { path }) => path.join(' → ') },
                  { title: texts.audPeople, dataIndex: 'people', align: 'right', width: 80 },
                ]}
              />
            </Col>
          </Row>
        )}
      </Load>
    </Space>
  );
}
