import type { OpenSessionView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Modal, Popconfirm, Table, Tag } from 'antd';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';

/** The user whose sessions are looked at. */
export interface Looked {
  id: string;
  name: string;
}

/** Where a user is signed in, and the way to end it all. */
export function Sessions({ of: { id, name }, onClose }: { of: Looked; onClose: () => void }) {
  const { texts } = useSpeech();
  const sessions = useQuery({
    queryKey: ['sessions', id],
    queryFn: () => get<OpenSessionView[]>(`/users/${id}/sessions`),
  });
  const end = useAct(() => api('DELETE', `/users/${id}/sessions`), { refresh: ['sessions', 'audit'] });
  const footer = (
    <Popconfirm title={texts.confirmSignOutEverywhere} onConfirm={() => end.mutate(undefined)}>
      <Button danger loading={end.isPending}>
        {texts.signOutEverywhere}
      </Button>
    </Popconfirm>
  );
  return (
    <Modal open width={820} title={`${texts.sessions} · ${name}`} footer={footer} onCancel={onClose}>
      <Load query={sessions}>
        {(list) => (
          <Table<OpenSessionView>
            size="small"
            rowKey={({ createdAt, seenAt, agent }) => `${createdAt} ${seenAt} ${agent ?? ''}`}
            pagination={{ pageSize: 10, hideOnSinglePage: true }}
            locale={{ emptyText: texts.noSessions }}
            dataSource={list}
            columns={[
              {
                title: texts.address,
                width: 190,
                render: (_, { address, isCurrent }) => (
                  <>
                    {address} {isCurrent && <Tag>{texts.thisSession}</Tag>}
                  </>
                ),
              },
              { title: texts.browserAgent, dataIndex: 'agent', ellipsis: true },
              { title: texts.lastSeen, dataIndex: 'seenAt', width: 130, render: (at: number) => <When at={at} /> },
            ]}
          />
        )}
      </Load>
    </Modal>
  );
}
