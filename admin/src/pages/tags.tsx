import type { TagListItem } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Card, Input, Space, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import type { TextKey } from '../i18n/zh.js';
import { Load } from '../parts/load.js';
import { useSession } from '../session.js';
import { Shelf } from './tags/shelf.js';

type Row = TagListItem;

/** The catalogue: what each tag is, what it is for, and how many people have it. */
export function TagsPage() {
  const { texts, say } = useSpeech();
  const { isAdmin } = useSession();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [sought, setSought] = useState('');
  const fits = ({ key, title, scenario }: Row) =>
    `${key} ${title.zh} ${title.en} ${scenario.zh} ${scenario.en}`.toLowerCase().includes(sought.toLowerCase());
  const tags = useQuery({ queryKey: ['tags'], queryFn: () => get<Row[]>('/tags') });
  return (
    <Card
      size="small"
      title={texts.tags}
      extra={
        <Space>
          <Input.Search allowClear placeholder={texts.search} onChange={({ target }) => setSought(target.value)} />
          {isAdmin && <Button onClick={() => setOpen(true)}>{texts.shelf}</Button>}
          {isAdmin && (
            <Button type="primary" onClick={() => void navigate({ to: '/tags/new' })}>
              {texts.tagNew}
            </Button>
          )}
          <Shelf isOpen={isOpen} onClose={() => setOpen(false)} />
        </Space>
      }
    >
      <Load query={tags}>
        {(list) => (
          <Table<Row>
            size="small"
            rowKey="key"
            pagination={false}
            dataSource={list.filter(fits)}
            columns={[
              {
                title: texts.title,
                render: (_, { title, key }) => (
                  <>
                    <Link to="/tags/$key" params={{ key }}>
                      {say(title)}
                    </Link>{' '}
                    <Typography.Text type="secondary">{key}</Typography.Text>
                  </>
                ),
              },
              {
                title: texts.category,
                dataIndex: 'category',
                width: 120,
                render: (category: string) => texts[`category_${category}` as TextKey],
                filters: [...new Set(list.map(({ category }) => category))].map((value) => ({
                  value,
                  text: texts[`category_${value}`],
                })),
                onFilter: (value, { category }) => category === value,
              },
              { title: texts.scenario, render: (_, { scenario }) => say(scenario) },
              {
                title: texts.peopleWith,
                dataIndex: 'people',
                align: 'right',
                width: 130,
                sorter: (a, b) => a.people - b.people,
                render: (n: number) => n.toLocaleString(),
              },
              {
                title: texts.tagUsedBy,
                width: 130,
                align: 'right',
                sorter: (a, b) => a.usedBy - b.usedBy,
                render: (_, { usedBy, idleDays }) =>
                  usedBy > 0 ? (
                    usedBy
                  ) : (
                    <Tag>{idleDays ? texts.tagIdle.replace('{n}', String(idleDays)) : texts.tagUnused}</Tag>
                  ),
              },
              { title: texts.version, dataIndex: 'version', align: 'right', width: 80 },
            ]}
          />
        )}
      </Load>
    </Card>
  );
}
