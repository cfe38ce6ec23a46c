import type { ModelRunView, PluginView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Form, Space, Table, Tag, Typography } from 'antd';
import { api, get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import type { TextKey } from '../i18n/zh.js';
import { Load } from '../parts/load.js';
import { fromFormValues, OptionsFields, toFormValues } from '../parts/options-form.js';
import { useAct } from '../parts/use-act.js';
import { When } from '../parts/when.js';
import { useSession } from '../session.js';

export function PluginsPage() {
  const plugins = useQuery({ queryKey: ['plugins'], queryFn: () => get<PluginView[]>('/plugins') });
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Load query={plugins}>
        {(list) => (
          <Space orientation="vertical" size={16} style={{ width: '100%' }}>
            {list.map((plugin) => (
              <Plugin key={plugin.name} plugin={plugin} />
            ))}
          </Space>
        )}
      </Load>
      <Runs />
    </Space>
  );
}

function Plugin({ plugin }: { plugin: PluginView }) {
  const { texts, say } = useSpeech();
  const { isAdmin } = useSession();
  const save = useAct(
    (values: Record<string, unknown>) =>
      api('PUT', `/plugins/${plugin.name}/options`, { options: fromFormValues(plugin.fields, values) }),
    { refresh: ['plugins'], done: texts.saved },
  );
  const run = useAct((key: string) => api('POST', `/models/${key}/run`), { refresh: ['models'] });
  return (
    <Card
      size="small"
      title={
        <>
          {say(plugin.title)} <Typography.Text type="secondary">{`${plugin.name} ${plugin.version}`}</Typography.Text>
        </>
      }
    >
      <Space wrap style={{ marginBottom: 12 }}>
        {plugin.parts.map(({ kind, key, title }) => (
          <Tag key={`${kind}${key}`}>
            {`${kind} · ${say(title)}`}
            {kind === 'model' && isAdmin && (
              <Button size="small" type="link" onClick={() => run.mutate(key)}>
                {texts.run}
              </Button>
            )}
          </Tag>
        ))}
        {plugin.tags.map((key) => (
          <Tag key={key} color="green">
            {key}
          </Tag>
        ))}
      </Space>
      <Form
        labelCol={{ span: 5 }}
        wrapperCol={{ span: 12 }}
        disabled={!isAdmin}
        initialValues={toFormValues(plugin.fields, plugin.options)}
        onFinish={(values: Record<string, unknown>) => save.mutate(values)}
      >
        <OptionsFields fields={plugin.fields} secretsSet={plugin.secretsSet} />
        {isAdmin && plugin.fields.length > 0 && (
          <Form.Item wrapperCol={{ offset: 5 }}>
            <Button type="primary" htmlType="submit" loading={save.isPending}>
              {texts.save}
            </Button>
          </Form.Item>
        )}
      </Form>
    </Card>
  );
}

function Runs() {
  const { texts } = useSpeech();
  const runs = useQuery({
    queryKey: ['models'],
    queryFn: () => get<ModelRunView[]>('/models'),
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === 'running') ? 1_000 : false),
  });
  return (
    <Card size="small" title={texts.modelRuns}>
      <Load query={runs}>
        {(list) => (
          <Table<ModelRunView>
            size="small"
            rowKey="id"
            dataSource={list}
            pagination={{ pageSize: 10, hideOnSinglePage: true }}
            locale={{ emptyText: <Empty description={texts.nothingYet} /> }}
            expandable={{
              expandedRowRender: ({ metrics, error }) => (
                <pre style={{ margin: 0 }}>{error ?? JSON.stringify(metrics, null, 2)}</pre>
              ),
            }}
            columns={[
              { title: texts.title, dataIndex: 'model' },
              {
                title: texts.status,
                dataIndex: 'status',
                render: (status: string) => <Tag>{texts[`status_${status}` as TextKey]}</Tag>,
              },
              { title: texts.people, dataIndex: 'profiles', align: 'right', render: (n: number) => n.toLocaleString() },
              { title: texts.changed, dataIndex: 'changed', align: 'right', render: (n: number) => n.toLocaleString() },
              { title: texts.time, dataIndex: 'startedAt', render: (at: number) => <When at={at} /> },
            ]}
          />
        )}
      </Load>
    </Card>
  );
}
