import type { Page, Role, TokenView, UserView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Form, Input, Modal, Popconfirm, Select, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import { api, get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { LinkButton } from '../parts/link-button.js';
import { Load } from '../parts/load.js';
import { useAct } from '../parts/use-act.js';
import { When } from '../parts/when.js';

interface AuditEntry {
  id: number;
  at: number;
  user: string;
  action: string;
  target: string;
}

export function AccessPage() {
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Users />
      <Tokens />
      <Trail />
    </Space>
  );
}

function useRoles() {
  const { texts } = useSpeech();
  return (['viewer', 'admin'] as Role[]).map((value) => ({ value, label: texts[`role_${value}`] }));
}

function Users() {
  const { texts } = useSpeech();
  const roles = useRoles();
  const users = useQuery({ queryKey: ['users'], queryFn: () => get<UserView[]>('/users') });
  const [isOpen, setOpen] = useState(false);
  const create = useAct((body: object) => api('POST', '/users', body), { refresh: ['users', 'audit'] });
  const change = useAct(({ id, role }: { id: string; role: Role }) => api('PATCH', `/users/${id}`, { role }), {
    refresh: ['users', 'audit'],
  });
  const remove = useAct((id: string) => api('DELETE', `/users/${id}`), { refresh: ['users', 'audit'] });
  return (
    <Card
      size="small"
      title={texts.users}
      extra={
        <Button size="small" type="primary" onClick={() => setOpen(true)}>
          {texts.create}
        </Button>
      }
    >
      <Load query={users}>
        {(list) => (
          <Table<UserView>
            size="small"
            rowKey="id"
            pagination={false}
            dataSource={list}
            columns={[
              { title: texts.userName, dataIndex: 'name' },
              {
                title: texts.role,
                width: 160,
                render: (_, { id, role }) => (
                  <Select
                    size="small"
                    value={role}
                    options={roles}
                    style={{ width: 120 }}
                    onChange={(next) => change.mutate({ id, role: next })}
                  />
                ),
              },
              { title: texts.lastSeen, dataIndex: 'lastSeenAt', render: (at?: number) => <When at={at} /> },
              {
                width: 80,
                render: (_, { id }) => (
                  <Popconfirm title={texts.confirmRemove} onConfirm={() => remove.mutate(id)}>
                    <LinkButton danger>{texts.remove}</LinkButton>
                  </Popconfirm>
                ),
              },
            ]}
          />
        )}
      </Load>
      <Modal open={isOpen} title={texts.users} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <Form
          layout="vertical"
          initialValues={{ role: 'viewer' }}
          onFinish={(values: object) => create.mutate(values, { onSuccess: () => setOpen(false) })}
        >
          <Form.Item name="name" label={texts.userName} rules={[{ required: true }]}>
            <Input autoFocus />
          </Form.Item>
          <Form.Item name="role" label={texts.role}>
            <Select options={roles} />
          </Form.Item>
          <Form.Item name="password" label={texts.password} rules={[{ required: true, min: 10 }]}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={create.isPending}>
            {texts.save}
          </Button>
        </Form>
      </Modal>
    </Card>
  );
}

function Tokens() {
  const { texts } = useSpeech();
  const roles = useRoles();
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: () => get<TokenView[]>('/tokens') });
  const [made, setMade] = useState<string>();
  const create = useAct((body: object) => api<TokenView>('POST', '/tokens', body), { refresh: ['tokens', 'audit'] });
  const remove = useAct((id: string) => api('DELETE', `/tokens/${id}`), { refresh: ['tokens', 'audit'] });
  return (
    <Card size="small" title={texts.tokens}>
      {made && (
        <Alert
          closable
          style={{ marginBottom: 12 }}
          type="warning"
          title={
            <>
              {texts.keyOnce}{' '}
              <Typography.Text copyable code>
                {made}
              </Typography.Text>
            </>
          }
          onClose={() => setMade(undefined)}
        />
      )}
      <Form
        layout="inline"
        style={{ marginBottom: 12 }}
        initialValues={{ role: 'viewer' }}
        onFinish={(values: object) => create.mutate(values, { onSuccess: ({ token }) => setMade(token) })}
      >
        <Form.Item name="title" rules={[{ required: true }]}>
          <Input placeholder={texts.title} />
        </Form.Item>
        <Form.Item name="role">
          <Select options={roles} style={{ width: 120 }} />
        </Form.Item>
        <Button htmlType="submit" loading={create.isPending}>
          {texts.create}
        </Button>
      </Form>
      <Load query={tokens}>
        {(list) => (
          <Table<TokenView>
            size="small"
            rowKey="id"
            pagination={false}
            dataSource={list}
            columns={[
              { title: texts.title, dataIndex: 'title' },
              { title: texts.role, dataIndex: 'role', render: (role: Role) => texts[`role_${role}`] },
              { title: texts.lastSeen, dataIndex: 'lastUsedAt', render: (at?: number) => <When at={at} /> },
              {
                width: 80,
                render: (_, { id }) => (
                  <Popconfirm title={texts.confirmRevoke} onConfirm={() => remove.mutate(id)}>
                    <LinkButton danger>{texts.revoke}</LinkButton>
                  </Popconfirm>
                ),
              },
            ]}
          />
        )}
      </Load>
    </Card>
  );
}

function Trail() {
  const { texts } = useSpeech();
  const audit = useQuery({ queryKey: ['audit'], queryFn: () => get<Page<AuditEntry>>('/audit?limit=50') });
  return (
    <Card size="small" title={texts.audit}>
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
            ]}
          />
        )}
      </Load>
    </Card>
  );
}
