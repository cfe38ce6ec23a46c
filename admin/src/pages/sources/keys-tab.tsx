import type { SourceView, WriteKeyView } from '@perennial/contract';
import { Empty, Popconfirm, Button, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';
import { AccessModal } from './access-modal.js';

/** The keys that let events of a source in. */
export function KeysTab({ source }: { source: SourceView }) {
  const { id, keys } = source;
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const [opened, setOpened] = useState<{ source: SourceView; made?: WriteKeyView }>();
  const path = `/sources/${encodeURIComponent(id)}/keys`;
  const add = useAct<void, WriteKeyView>(() => api<WriteKeyView>('POST', path), { refresh: ['sources'] });
  const revoke = useAct((keyId: string) => api('DELETE', `${path}/${keyId}`), { refresh: ['sources'] });
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space>
        {isAdmin && (
          <Button onClick={() => add.mutate(undefined, { onSuccess: (made) => setOpened({ source, made }) })}>
            {texts.addKey}
          </Button>
        )}
        <Button onClick={() => setOpened({ source })}>{texts.snippetOpen}</Button>
      </Space>
      <Table<WriteKeyView>
        size="small"
        rowKey="id"
        pagination={false}
        dataSource={keys}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.edgeNoKeys} /> }}
        columns={[
          {
            title: texts.edgeKeys,
            dataIndex: 'hint',
            render: (hint: string) => <Typography.Text code>{hint}…</Typography.Text>,
          },
          { dataIndex: 'createdAt', render: (at: number) => <When at={at} isExact /> },
          {
            width: 100,
            render: (_, key) =>
              isAdmin && (
                <Popconfirm title={texts.confirmRevoke} onConfirm={() => revoke.mutate(key.id)}>
                  <LinkButton danger>{texts.revoke}</LinkButton>
                </Popconfirm>
              ),
          },
        ]}
      />
      <AccessModal opened={opened} onClose={() => setOpened(undefined)} />
    </Space>
  );
}
