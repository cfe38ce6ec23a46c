import type { TagDefinition } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Card, Table, Typography } from 'antd';
import { get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import type { TextKey } from '../i18n/zh.js';
import { Load } from '../parts/load.js';

type Row = TagDefinition & { people: number };

/** The catalogue: what each tag is, what it is for, and how many people have it. */
export function TagsPage() {
  const { texts, say } = useSpeech();
  const tags = useQuery({ queryKey: ['tags'], queryFn: () => get<Row[]>('/tags') });
  return (
    <Card size="small" title={texts.tags}>
      <Load query={tags}>
        {(list) => (
          <Table<Row>
            size="small"
            rowKey="key"
            pagination={false}
            dataSource={list}
            expandable={{
              expandedRowRender: ({ computation }) => (
                <pre style={{ margin: 0 }}>{JSON.stringify(computation, null, 2)}</pre>
              ),
            }}
            columns={[
              {
                title: texts.title,
                render: (_, { title, key }) => (
                  <>
                    {say(title)} <Typography.Text type="secondary">{key}</Typography.Text>
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
              { title: texts.version, dataIndex: 'version', align: 'right', width: 80 },
            ]}
          />
        )}
      </Load>
    </Card>
  );
}
