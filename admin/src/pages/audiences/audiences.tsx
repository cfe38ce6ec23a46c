import type { AudienceListItem } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Card, Empty, Input, Space, Table, Tag, Tooltip, Typography } from 'antd';
import { useState } from 'react';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';

/** Every audience: how many, how fresh, who uses it. */
export function AudiencesPage() {
  const { texts, say } = useSpeech();
  const { isAdmin } = useSession();
  const navigate = useNavigate();
  const [sought, setSought] = useState('');
  const audiences = useQuery({ queryKey: ['audiences'], queryFn: () => get<AudienceListItem[]>('/audiences') });
  const make = isAdmin && (
    <Button type="primary" onClick={() => void navigate({ to: '/audiences/new' })}>
      {texts.audNew}
    </Button>
  );
  const fits = ({ key, title, scenario }: AudienceListItem) =>
    `${key} ${title.zh} ${title.en} ${scenario.zh} ${scenario.en}`.toLowerCase().includes(sought.toLowerCase());
  return (
    <Card
      size="small"
      title={texts.audiences}
      extra={
        <Space>
          <Input.Search allowClear placeholder={texts.search} onChange={({ target }) => setSought(target.value)} />
          {make}
        </Space>
      }
    >
      <Load query={audiences}>
        {(list) =>
          list.length === 0 ? (
            <Empty description={texts.audEmpty}>{make}</Empty>
          ) : (
            <Table<AudienceListItem>
              size="small"
              rowKey="key"
              pagination={{ pageSize: 50, hideOnSinglePage: true }}
              dataSource={list.filter(fits)}
              columns={[
                {
                  title: texts.title,
                  render: (_, { key, title, isLive, kind }) => (
                    <Space>
                      <Link to="/audiences/$key" params={{ key }}>
                        {say(title)}
                      </Link>
                      <Typography.Text type="secondary">{key}</Typography.Text>
                      {isLive && (
                        <Tooltip title={texts.audLiveHint}>
                          <Tag color="green">{texts.audLive}</Tag>
                        </Tooltip>
                      )}
                      {kind === 'static' && <Tag>{texts.audStatic}</Tag>}
                    </Space>
                  ),
                },
                { title: texts.audScenario, render: (_, { scenario }) => say(scenario) },
                {
                  title: texts.audPeople,
                  align: 'right',
                  width: 110,
                  sorter: (a, b) => (a.people ?? 0) - (b.people ?? 0),
                  render: (_, { people }) => people?.toLocaleString() ?? '–',
                },
                { title: texts.audCountedAt, width: 130, render: (_, { countedAt }) => <When at={countedAt} /> },
                { title: texts.audUsedBy, align: 'right', width: 90, dataIndex: 'usedBy' },
              ]}
            />
          )
        }
      </Load>
    </Card>
  );
}
