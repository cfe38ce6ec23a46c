import type { SourceView, WriteKeyView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Card, Empty, Form, Input, Modal, Popconfirm, Select, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import { api, get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { LinkButton } from '../parts/link-button.js';
import { Load } from '../parts/load.js';
import { useAct } from '../parts/use-act.js';
import { When } from '../parts/when.js';
import { useSession } from '../session.js';
import { AccessModal } from './sources/access-modal.js';

const KINDS = ['web', 'miniprogram', 'server', 'pos', 'crm'];

export function SourcesPage() {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const navigate = useNavigate();
  const sources = useQuery({ queryKey: ['sources'], queryFn: () => get<SourceView[]>('/sources') });
  const [isCreating, setCreating] = useState(false);
  const [opened, setOpened] = useState<{ source: SourceView; made?: WriteKeyView }>();
  const refresh = ['sources'];
  const create = useAct((body: { title: string; kind: string }) => api('POST', '/sources', body), { refresh });
  const remove = useAct((id: string) => api('DELETE', `/sources/${id}`), { refresh });
  const addKey = useAct((id: string) => api<WriteKeyView>('POST', `/sources/${id}/keys`), { refresh });
  const revoke = useAct(
    ({ id, keyId }: { id: string; keyId: string }) => api('DELETE', `/sources/${id}/keys/${keyId}`),
    { refresh },
  );
  const keysOf = (source: SourceView) => (
    <Space orientation="vertical" size={2}>
      {source.keys.map(({ id, hint, createdAt }) => (
        <Space key={id}>
          <Typography.Text code>{hint}…</Typography.Text>
          <When at={createdAt} />
          {isAdmin && (
            <Popconfirm title={texts.confirmRevoke} onConfirm={() => revoke.mutate({ id: source.id, keyId: id })}>
              <Button size="small" type="link" danger>
                {texts.revoke}
              </Button>
            </Popconfirm>
          )}
        </Space>
      ))}
      {isAdmin && (
        <Button
          size="small"
          onClick={() => addKey.mutate(source.id, { onSuccess: (made) => setOpened({ source, made }) })}
        >
          {texts.addKey}
        </Button>
      )}
    </Space>
  );
  return (
    <Card
      size="small"
      title={texts.sources}
      extra={
        isAdmin && (
          <Button size="small" type="primary" onClick={() => setCreating(true)}>
            {texts.create}
          </Button>
        )
      }
    >
      <Load query={sources}>
        {(list) => (
          <Table<SourceView>
            size="small"
            rowKey="id"
            pagination={false}
            dataSource={list}
            locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noSources} /> }}
            columns={[
              {
                title: texts.title,
                dataIndex: 'title',
                render: (title: string, { id }) => <Title id={id} title={title} />,
              },
              { title: texts.type, dataIndex: 'kind', width: 130 },
              {
                title: texts.events,
                dataIndex: 'events',
                align: 'right',
                width: 110,
                render: (n: number) => n.toLocaleString(),
              },
              { title: texts.lastEvent, dataIndex: 'lastAt', width: 120, render: (at?: number) => <When at={at} /> },
              { title: texts.writeKeys, render: (_, source) => keysOf(source) },
              {
                width: 130,
                render: (_, source) => (
                  <Space>
                    <LinkButton onClick={() => setOpened({ source })}>{texts.snippetOpen}</LinkButton>
                    <LinkButton onClick={() => void navigate({ to: '/sources/$id', params: { id: source.id } })}>
                      {texts.edgeDetails}
                    </LinkButton>
                  </Space>
                ),
              },
              ...(isAdmin
                ? [
                    {
                      width: 80,
                      render: (_: unknown, { id }: SourceView) => (
                        <Popconfirm title={texts.confirmRemove} onConfirm={() => remove.mutate(id)}>
                          <Button size="small" type="link" danger>
                            {texts.remove}
                          </Button>
                        </Popconfirm>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Load>
      <Modal open={isCreating} title={texts.create} footer={null} destroyOnHidden onCancel={() => setCreating(false)}>
        <Form<{ title: string; kind: string }>
          layout="vertical"
          initialValues={{ kind: 'web' }}
          onFinish={(values) => create.mutate(values, { onSuccess: () => setCreating(false) })}
        >
          <Form.Item name="title" label={texts.title} rules={[{ required: true }]}>
            <Input autoFocus />
          </Form.Item>
          <Form.Item name="kind" label={texts.type}>
            <Select options={KINDS.map((value) => ({ value }))} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={create.isPending}>
            {texts.save}
          </Button>
        </Form>
      </Modal>
      <AccessModal opened={opened} onClose={() => setOpened(undefined)} />
    </Card>
  );
}

function Title({ id, title }: { id: string; title: string }) {
  const { isAdmin } = useSession();
  const rename = useAct((next: string) => api('PATCH', `/sources/${id}`, { title: next }), { refresh: ['sources'] });
  if (!isAdmin) return <>{title}</>;
  return (
    <Typography.Text
      editable={{
        onChange: (next) => next.trim() && next !== title && rename.mutate(next.trim()),
        triggerType: ['icon'],
      }}
    >
      {title}
    </Typography.Text>
  );
}
