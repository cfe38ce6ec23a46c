import type { LearnedPlan, PlanEvent } from '@perennial/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Empty, InputNumber, Modal, Space, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { useErrorText } from '../../parts/load.js';

interface LearnModalProps {
  id: string;
  events: PlanEvent[];
  onClose: () => void;
  onTake: (events: PlanEvent[]) => void;
}

const FIRST_DAYS = 30;

/** Proposes events out of what arrived; the operator takes those that are meant. */
export function LearnModal({ id, events, onClose, onTake }: LearnModalProps) {
  const { texts } = useSpeech();
  const sayError = useErrorText();
  const [days, setDays] = useState(FIRST_DAYS);
  const [chosen, setChosen] = useState<string[]>([]);
  const known = new Set(events.map(({ name }) => name));
  const learn = useMutation({
    mutationFn: () => api<LearnedPlan>('POST', `/sources/${encodeURIComponent(id)}/plan/learn`, { days }),
    onSuccess: ({ plan }) => setChosen(plan.events.map(({ name }) => name).filter((name) => !known.has(name))),
  });
  const taken = learn.data?.plan.events.filter(({ name }) => chosen.includes(name)) ?? [];
  return (
    <Modal
      open
      width={860}
      title={texts.edgeLearn}
      onCancel={onClose}
      okText={texts.edgeLearnTake.replace('{n}', String(taken.length))}
      okButtonProps={{ disabled: taken.length === 0 }}
      onOk={() => onTake(taken)}
    >
      <Space orientation="vertical" style={{ width: '100%' }}>
        <Typography.Text type="secondary">{texts.edgeLearnHint}</Typography.Text>
        <Space>
          <InputNumber
            min={1}
            max={365}
            precision={0}
            value={days}
            suffix={texts.days}
            aria-label={texts.days}
            onChange={(value) => setDays(value ?? FIRST_DAYS)}
          />
          <Button type="primary" loading={learn.isPending} onClick={() => learn.mutate()}>
            {texts.edgeLearnRun}
          </Button>
        </Space>
        {learn.error && <Alert type="error" showIcon title={sayError(learn.error)} />}
        {learn.data && <Learned learned={learn.data} known={known} chosen={chosen} onChoose={setChosen} />}
      </Space>
    </Modal>
  );
}

interface LearnedProps {
  learned: LearnedPlan;
  known: ReadonlySet<string>;
  chosen: string[];
  onChoose: (names: string[]) => void;
}

function Learned({ learned: { plan, events, looked }, known, chosen, onChoose }: LearnedProps) {
  const { texts } = useSpeech();
  const counts = new Map(events.map(({ name, count }) => [name, count]));
  if (plan.events.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.edgeLearnNothing} />;
  return (
    <>
      <Typography.Text>
        {texts.edgeLearned.replace('{n}', looked.toLocaleString()).replace('{m}', String(events.length))}
      </Typography.Text>
      <Table<PlanEvent>
        size="small"
        rowKey="name"
        scroll={{ y: 380 }}
        pagination={false}
        dataSource={plan.events}
        rowSelection={{ selectedRowKeys: chosen, onChange: (keys) => onChoose(keys as string[]) }}
        columns={[
          {
            title: texts.edgeEventName,
            width: 230,
            render: (_, { name }) => (
              <Space wrap size={4}>
                {name}
                <Tag color={known.has(name) ? 'gold' : 'green'}>
                  {known.has(name) ? texts.edgeLearnKnown : texts.edgeLearnNew}
                </Tag>
              </Space>
            ),
          },
          {
            title: texts.edgeCount,
            width: 90,
            align: 'right',
            render: (_, { name }) => counts.get(name)?.toLocaleString(),
          },
          {
            title: texts.edgeProperties,
            render: (_, { properties }) =>
              properties.map(({ path, isRequired }) => `${path}${isRequired ? ' *' : ''}`).join('、') || '–',
          },
        ]}
      />
    </>
  );
}
