import type { DestinationView } from '@perennial/contract';
import { Button, Card, Empty, Form, Input, Modal, Popconfirm, Select, Space, Switch, Table } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { LinkButton } from '../parts/link-button.js';
import { Load } from '../parts/load.js';
import { fromFormValues, OptionsFields, toFormValues } from '../parts/options-form.js';
import { useAct } from '../parts/use-act.js';
import { useActivations, useDestinations } from '../parts/use-destinations.js';
import { useSession } from '../session.js';
import { Deliveries } from './deliveries.js';
import { Triggers } from './triggers.js';

export function ActivationPage() {
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Destinations />
      <Triggers />
      <Deliveries />
    </Space>
  );
}

function Destinations() {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const destinations = useDestinations();
  const [editing, setEditing] = useState<DestinationView | 'new'>();
  const enable = useAct(
    ({ id, isEnabled }: { id: string; isEnabled: boolean }) => api('PATCH', `/destinations/${id}`, { isEnabled }),
    { refresh: ['destinations'] },
  );
  const remove = useAct((id: string) => api('DELETE', `/destinations/${id}`), {
    refresh: ['destinations', 'triggers'],
  });
  return (
    <Card
      size="small"
      title={texts.destinations}
      extra={
        isAdmin && (
          <Button size="small" type="primary" onClick={() => setEditing('new')}>
            {texts.create}
          </Button>
        )
      }
    >
      <Load query={destinations}>
        {(list) => (
          <Table<DestinationView>
            size="small"
            rowKey="id"
            pagination={false}
            dataSource={list}
            locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noDestinations} /> }}
            columns={[
              { title: texts.title, dataIndex: 'title' },
              { title: texts.type, dataIndex: 'activation' },
              { title: texts.options, render: (_, { options }) => JSON.stringify(options) },
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
                width: 150,
                render: (_, destination) =>
                  isAdmin && (
                    <Space>
                      <LinkButton onClick={() => setEditing(destination)}>{texts.edit}</LinkButton>
                      <Popconfirm title={texts.confirmRemove} onConfirm={() => remove.mutate(destination.id)}>
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
        title={texts.destinations}
        footer={null}
        destroyOnHidden
        onCancel={() => setEditing(undefined)}
      >
        {editing && (
          <DestinationForm known={editing === 'new' ? undefined : editing} onDone={() => setEditing(undefined)} />
        )}
      </Modal>
    </Card>
  );
}

interface DestinationValues {
  title: string;
  options?: Record<string, unknown>;
}

function DestinationForm({ known, onDone }: { known: DestinationView | undefined; onDone: () => void }) {
  const { texts, say } = useSpeech();
  const { data: offered = [] } = useActivations();
  const [key, setKey] = useState(known?.activation);
  const activation = offered.find((item) => item.key === (key ?? offered[0]?.key));
  const save = useAct(
    ({ title, options }: DestinationValues) => {
      const body = { title, options: fromFormValues(activation!.fields, options ?? {}) };
      return known
        ? api('PATCH', `/destinations/${known.id}`, body)
        : api('POST', '/destinations', { ...body, activation: activation!.key, isEnabled: true });
    },
    { refresh: ['destinations'], done: texts.saved },
  );
  if (!activation) return null;
  return (
    <Form
      key={activation.key}
      layout="vertical"
      initialValues={{ title: known?.title, options: toFormValues(activation.fields, known?.options ?? {}) }}
      onFinish={(values: DestinationValues) => save.mutate(values, { onSuccess: onDone })}
    >
      <Form.Item label={texts.type}>
        <Select
          disabled={known !== undefined}
          value={activation.key}
          options={offered.map((item) => ({ value: item.key, label: say(item.title) }))}
          onChange={setKey}
        />
      </Form.Item>
      <Form.Item name="title" label={texts.title} rules={[{ required: true }]}>
        <Input />
      </Form.Item>
      <OptionsFields fields={activation.fields} under="options" {...(known && { secretsSet: known.secretsSet })} />
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {texts.save}
      </Button>
    </Form>
  );
}
