import type { TriggerView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Modal, Popconfirm, Space, Switch, Table } from 'antd';
import { useState } from 'react';
import { api, get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { LinkButton } from '../parts/link-button.js';
import { Load } from '../parts/load.js';
import { useAct } from '../parts/use-act.js';
import { useDestinations } from '../parts/use-destinations.js';
import { useSession } from '../session.js';
import { CauseText } from './cause-text.js';
import { TriggerForm } from './trigger-form.js';

/** What happens to a person that makes us reach out, and where to. */
export function Triggers() {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const triggers = useQuery({ queryKey: ['triggers'], queryFn: () => get<TriggerView[]>('/triggers') });
  const { data: destinations = [] } = useDestinations();
  const [editing, setEditing] = useState<TriggerView | 'new'>();
  const enable = useAct(
    ({ id, isEnabled }: { id: string; isEnabled: boolean }) => api('PATCH', `/triggers/${id}`, { isEnabled }),
    { refresh: ['triggers'] },
  );
  const remove = useAct((id: string) => api('DELETE', `/triggers/${id}`), { refresh: ['triggers'] });
  return (
    <Card
      size="small"
      title={texts.triggers}
      extra={
        isAdmin && (
          <Button size="small" disabled={destinations.length === 0} onClick={() => setEditing('new')}>
            {texts.create}
          </Button>
        )
      }
    >
      <Load query={triggers}>
        {(list) => (
          <Table<TriggerView>
            size="small"
            rowKey="id"
            pagination={false}
            dataSource={list}
            locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noTriggers} /> }}
            columns={[
              { title: texts.title, dataIndex: 'title' },
              { title: texts.when, render: (_, { cause }) => <CauseText cause={cause} /> },
              {
                title: texts.destinations,
                render: (_, { destinationId }) => destinations.find(({ id }) => id === destinationId)?.title,
              },
              {
                title: texts.enabled,
                width: 80,
                render: (_, { id, isEnabled }) => (
                  <Switch
                    size="small"
                    disabled={!isAdmin}
                    checked={isEnabled}
                    onChange={(next) => enable.mutate({ id, isEnabled: next })}
                  />
                ),
              },
              {
                width: 130,
                render: (_, trigger) =>
                  isAdmin && (
                    <Space>
                      <LinkButton onClick={() => setEditing(trigger)}>{texts.edit}</LinkButton>
                      <Popconfirm title={texts.confirmRemove} onConfirm={() => remove.mutate(trigger.id)}>
                        <LinkButton danger>{texts.remove}</LinkButton>
                      </Popconfirm>
                    </Space>
                  ),
              },
            ]}
          />
        )}
      </Load>
      <Modal
        open={editing !== undefined}
        title={texts.triggers}
        footer={null}
        destroyOnHidden
        onCancel={() => setEditing(undefined)}
      >
        {editing && (
          <TriggerForm
            known={editing === 'new' ? undefined : editing}
            destinations={destinations}
            onDone={() => setEditing(undefined)}
          />
        )}
      </Modal>
    </Card>
  );
}
