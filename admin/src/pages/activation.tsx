import type { ActivationView, DestinationView, TriggerCause, TriggerView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Form, Input, Modal, Popconfirm, Select, Space, Switch, Table } from 'antd';
import { useState } from 'react';
import { api, get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { LinkButton } from '../parts/link-button.js';
import { Load } from '../parts/load.js';
import { fromFormValues, OptionsFields, toFormValues } from '../parts/options-form.js';
import { useAct } from '../parts/use-act.js';
import { useStages } from '../parts/use-stages.js';
import { useSession } from '../session.js';
import { Deliveries } from './deliveries.js';

export function ActivationPage() {
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Destinations />
      <Triggers />
      <Deliveries />
    </Space>
  );
}

const useDestinations = () =>
  useQuery({ queryKey: ['destinations'], queryFn: () => get<DestinationView[]>('/destinations') });

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
          <Button type="primary" onClick={() => setEditing('new')}>
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
            locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.nothingYet} /> }}
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
                      <LinkButton onClick={() => setEditing(destination)}>{texts.options}</LinkButton>
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

function DestinationForm({ known, onDone }: { known: DestinationView | undefined; onDone: () => void }) {
  const { texts, say } = useSpeech();
  const { data: offered = [] } = useQuery({
    queryKey: ['activations'],
    queryFn: () => get<ActivationView[]>('/activations'),
  });
  const [key, setKey] = useState(known?.activation);
  const activation = offered.find((item) => item.key === (key ?? offered[0]?.key));
  const save = useAct(
    ({ title, ...values }: Record<string, unknown>) => {
      const body = { title, options: fromFormValues(activation!.fields, values) };
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
      initialValues={{ title: known?.title, ...toFormValues(activation.fields, known?.options ?? {}) }}
      onFinish={(values: Record<string, unknown>) => save.mutate(values, { onSuccess: onDone })}
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
      <OptionsFields fields={activation.fields} {...(known && { secretsSet: known.secretsSet })} />
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {texts.save}
      </Button>
    </Form>
  );
}

function Triggers() {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const triggers = useQuery({ queryKey: ['triggers'], queryFn: () => get<TriggerView[]>('/triggers') });
  const { data: destinations = [] } = useDestinations();
  const [isOpen, setOpen] = useState(false);
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
          <Button disabled={destinations.length === 0} onClick={() => setOpen(true)}>
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
            locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.nothingYet} /> }}
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
                width: 80,
                render: (_, { id }) =>
                  isAdmin && (
                    <Popconfirm title={texts.confirmRemove} onConfirm={() => remove.mutate(id)}>
                      <LinkButton danger>{texts.remove}</LinkButton>
                    </Popconfirm>
                  ),
              },
            ]}
          />
        )}
      </Load>
      <Modal open={isOpen} title={texts.triggers} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <TriggerForm destinations={destinations} onDone={() => setOpen(false)} />
      </Modal>
    </Card>
  );
}

function CauseText({ cause }: { cause: TriggerCause }) {
  const { texts, say } = useSpeech();
  const stages = useStages();
  if (cause.on === 'stage.moved')
    return <>{`${texts.onStage} ${say(stages.find(({ key }) => key === cause.to)?.title) || cause.to}`}</>;
  return (
    <>
      {cause.on === 'tag.changed'
        ? `${texts.onTag} ${cause.tag}${cause.to === undefined ? '' : ` = ${JSON.stringify(cause.to)}`}`
        : `${texts.onEvent} ${cause.event}`}
    </>
  );
}

interface TriggerValues {
  title: string;
  on: TriggerCause['on'];
  stage?: string;
  tag?: string;
  to?: string;
  event?: string;
  destinationId: string;
}

function causeOf({ on, stage = '', tag = '', to, event = '' }: TriggerValues): TriggerCause {
  if (on === 'stage.moved') return { on, lifecycle: 'default', to: stage };
  return on === 'tag.changed' ? { on, tag, ...(to && { to }) } : { on, event };
}

function TriggerForm({ destinations, onDone }: { destinations: DestinationView[]; onDone: () => void }) {
  const { texts, say } = useSpeech();
  const stages = useStages();
  const [on, setOn] = useState<TriggerCause['on']>('stage.moved');
  const save = useAct(
    (values: TriggerValues) =>
      api('POST', '/triggers', {
        title: values.title,
        cause: causeOf(values),
        destinationId: values.destinationId,
        payload: {},
        isEnabled: true,
      }),
    { refresh: ['triggers'], done: texts.saved },
  );
  const required = [{ required: true }];
  return (
    <Form<TriggerValues>
      layout="vertical"
      initialValues={{ on, destinationId: destinations[0]?.id }}
      onFinish={(values) => save.mutate(values, { onSuccess: onDone })}
    >
      <Form.Item name="title" label={texts.title} rules={required}>
        <Input autoFocus />
      </Form.Item>
      <Form.Item name="on" label={texts.when}>
        <Select
          onChange={setOn}
          options={[
            { value: 'stage.moved', label: texts.onStage },
            { value: 'tag.changed', label: texts.onTag },
            { value: 'event.applied', label: texts.onEvent },
          ]}
        />
      </Form.Item>
      {on === 'stage.moved' && (
        <Form.Item name="stage" label={texts.stage} rules={required}>
          <Select options={stages.map(({ key, title }) => ({ value: key, label: say(title) }))} />
        </Form.Item>
      )}
      {on === 'tag.changed' && (
        <Form.Item name="tag" label={texts.tags} rules={required}>
          <Input />
        </Form.Item>
      )}
      {on === 'tag.changed' && (
        <Form.Item name="to" label={texts.value}>
          <Input />
        </Form.Item>
      )}
      {on === 'event.applied' && (
        <Form.Item name="event" label={texts.kind_event} rules={required}>
          <Input />
        </Form.Item>
      )}
      <Form.Item name="destinationId" label={texts.destinations} rules={required}>
        <Select options={destinations.map(({ id, title }) => ({ value: id, label: title }))} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {texts.save}
      </Button>
    </Form>
  );
}
