import { TOKEN_SCOPES, type Role, type TokenScope, type TokenView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Form, Input, Popconfirm, Select, Table } from 'antd';
import { useState } from 'react';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load } from '../../parts/load.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { Once } from './once.js';
import { useRoles } from './roles.js';

/** Days that a token may be good for. */
const TERMS = [30, 90, 365, 1095];

export function Tokens() {
  const { texts } = useSpeech();
  const roles = useRoles();
  const scopes = TOKEN_SCOPES.map((value) => ({ value, label: texts[`scope_${value}`] }));
  const terms = TERMS.map((value) => ({ value, label: texts.termDays.replace('{n}', String(value)) }));
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: () => get<TokenView[]>('/tokens') });
  const [made, setMade] = useState<string>();
  const create = useAct((body: object) => api<TokenView>('POST', '/tokens', body), { refresh: ['tokens', 'audit'] });
  const remove = useAct((id: string) => api('DELETE', `/tokens/${id}`), { refresh: ['tokens', 'audit'] });
  return (
    <Card size="small" title={texts.tokens}>
      {made && <Once label={texts.keyOnce} secret={made} onClose={() => setMade(undefined)} />}
      <Form
        layout="inline"
        style={{ marginBottom: 12 }}
        initialValues={{ role: 'viewer', scopes: ['read', 'manage'], days: 365 }}
        onFinish={(values: object) => create.mutate(values, { onSuccess: ({ token }) => setMade(token) })}
      >
        <Form.Item name="title" rules={[{ required: true }]}>
          <Input placeholder={texts.title} />
        </Form.Item>
        <Form.Item name="role">
          <Select options={roles} style={{ width: 120 }} />
        </Form.Item>
        <Form.Item name="scopes" rules={[{ required: true }]}>
          <Select mode="multiple" options={scopes} placeholder={texts.scopes} style={{ minWidth: 200 }} />
        </Form.Item>
        <Form.Item name="days">
          <Select options={terms} style={{ width: 110 }} />
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
              { title: texts.title, dataIndex: 'title', ellipsis: true },
              { title: texts.role, dataIndex: 'role', render: (role: Role) => texts[`role_${role}`] },
              {
                title: texts.scopes,
                dataIndex: 'scopes',
                render: (list: TokenScope[]) => list.map((scope) => texts[`scope_${scope}`]).join(' · '),
              },
              { title: texts.tokenMaker, dataIndex: 'maker' },
              {
                title: texts.expiry,
                dataIndex: 'expiresAt',
                render: (at?: number) => (at === undefined ? texts.noExpiry : <When at={at} isExact />),
              },
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
