import type { OneTimePassword, Role, UserView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Form, Input, Modal, Popconfirm, Select, Space, Table } from 'antd';
import { useState } from 'react';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load } from '../../parts/load.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { Once } from './once.js';
import { useRoles } from './roles.js';
import { Sessions, type Looked } from './sessions.js';

export function Users() {
  const { texts } = useSpeech();
  const roles = useRoles();
  const users = useQuery({ queryKey: ['users'], queryFn: () => get<UserView[]>('/users') });
  const [isOpen, setOpen] = useState(false);
  const [looked, setLooked] = useState<Looked>();
  const [made, setMade] = useState<string>();
  const create = useAct((body: object) => api('POST', '/users', body), { refresh: ['users', 'audit'] });
  const change = useAct(({ id, role }: { id: string; role: Role }) => api('PATCH', `/users/${id}`, { role }), {
    refresh: ['users', 'audit'],
  });
  const remove = useAct((id: string) => api('DELETE', `/users/${id}`), { refresh: ['users', 'audit'] });
  const reset = useAct(
    async (id: string) => setMade((await api<OneTimePassword>('POST', `/users/${id}/password`)).password),
    { refresh: ['sessions', 'audit'] },
  );
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
      {made && <Once label={texts.oneTimePassword} secret={made} onClose={() => setMade(undefined)} />}
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
                width: 260,
                render: (_, { id, name }) => (
                  <Space>
                    <LinkButton onClick={() => setLooked({ id, name })}>{texts.sessions}</LinkButton>
                    <Popconfirm title={texts.confirmReset} onConfirm={() => reset.mutate(id)}>
                      <LinkButton>{texts.resetPassword}</LinkButton>
                    </Popconfirm>
                    <Popconfirm title={texts.confirmRemove} onConfirm={() => remove.mutate(id)}>
                      <LinkButton danger>{texts.remove}</LinkButton>
                    </Popconfirm>
                  </Space>
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
      {looked && <Sessions of={looked} onClose={() => setLooked(undefined)} />}
    </Card>
  );
}
