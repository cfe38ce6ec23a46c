import type { ConsultantView, WorkingHours } from '@perennial/contract';
import { Button, Empty, Flex, Progress, Space, Switch, Table, Tooltip, Typography } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load } from '../../parts/load.js';
import { useAct } from '../../parts/use-act.js';
import { useSession } from '../../session.js';
import { ConsultantModal } from './consultant-form.js';
import { RemoveModal } from './remove-modal.js';
import { useConsultants } from './use-consultants.js';

/** The consultants, and how much each has on her hands. */
export function Crew() {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const consultants = useConsultants();
  const [editing, setEditing] = useState<ConsultantView | 'new'>();
  const [removing, setRemoving] = useState<ConsultantView>();
  return (
    <Space orientation="vertical" size={12} style={{ width: '100%' }}>
      {isAdmin && (
        <Flex justify="end">
          <Button type="primary" onClick={() => setEditing('new')}>
            {texts.create}
          </Button>
        </Flex>
      )}
      <Load query={consultants}>{(list) => <CrewTable list={list} onEdit={setEditing} onRemove={setRemoving} />}</Load>
      {editing && (
        <ConsultantModal known={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
      )}
      {removing && <RemoveModal consultant={removing} onClose={() => setRemoving(undefined)} />}
    </Space>
  );
}

interface CrewTableProps {
  list: ConsultantView[];
  onEdit: (one: ConsultantView) => void;
  onRemove: (one: ConsultantView) => void;
}

function CrewTable({ list, onEdit, onRemove }: CrewTableProps) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const setDuty = useAct(
    ({ id, isOnDuty }: Pick<ConsultantView, 'id' | 'isOnDuty'>) => api('PATCH', `/consultants/${id}`, { isOnDuty }),
    { refresh: ['consultants', 'assignments', 'assignment-counts'] },
  );
  return (
    <Table<ConsultantView>
      size="small"
      rowKey="id"
      pagination={false}
      dataSource={list}
      locale={{
        emptyText: (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={isAdmin ? texts.conNone : texts.conNoneViewer} />
        ),
      }}
      columns={[
        { title: texts.title, width: 180, render: (_, one) => <Name consultant={one} /> },
        { title: texts.conShop, dataIndex: 'shop', width: 140, render: (shop: string) => shop || '–' },
        { title: texts.conLoad, width: 240, render: (_, one) => <LoadBar consultant={one} /> },
        { title: texts.conHours, render: (_, { hours }) => <Hours hours={hours} /> },
        {
          title: texts.conDuty,
          width: 90,
          render: (_, { id, name, isOnDuty }) => (
            <Switch
              size="small"
              aria-label={`${texts.conDuty} ${name}`}
              disabled={!isAdmin}
              checked={isOnDuty}
              onChange={(next) => setDuty.mutate({ id, isOnDuty: next })}
            />
          ),
        },
        {
          width: 120,
          render: (_, one) =>
            isAdmin && (
              <Space>
                <LinkButton onClick={() => onEdit(one)}>{texts.edit}</LinkButton>
                <LinkButton danger onClick={() => onRemove(one)}>
                  {texts.remove}
                </LinkButton>
              </Space>
            ),
        },
      ]}
    />
  );
}

function Name({ consultant: { name, isPresent, isMine } }: { consultant: ConsultantView }) {
  const { texts } = useSpeech();
  return (
    <Space size={8}>
      <Tooltip title={isPresent ? texts.conPresent : texts.conAbsent}>
        <span
          role="img"
          aria-label={isPresent ? texts.conPresent : texts.conAbsent}
          style={{
            display: 'inline-block',
            width: 8,
            height: 8,
            borderRadius: 4,
            background: isPresent ? '#1f7a5c' : '#c8ccc8',
          }}
        />
      </Tooltip>
      {name}
      {isMine && <Typography.Text type="secondary">({texts.conMine})</Typography.Text>}
    </Space>
  );
}

function LoadBar({ consultant: { load, capacity } }: { consultant: ConsultantView }) {
  const share = capacity === 0 ? 100 : Math.min(100, Math.round((100 * load) / capacity));
  return (
    <Flex gap={10} align="center">
      <Progress
        percent={share}
        size="small"
        showInfo={false}
        strokeColor={share >= 100 ? '#cf1322' : share >= 80 ? '#d48806' : '#1f7a5c'}
        style={{ width: 130, margin: 0 }}
      />
      <span style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>{`${load} / ${capacity}`}</span>
    </Flex>
  );
}

const WORK_WEEK = '1,2,3,4,5';

function Hours({ hours }: { hours: WorkingHours | undefined }) {
  const { texts } = useSpeech();
  if (!hours) return <Typography.Text type="secondary">{texts.conAlways}</Typography.Text>;
  const days = hours.days.toSorted((a, b) => a - b);
  const said = days.map((day) => texts[`conWeek_${day as 1}`]);
  const shown = days.join() === WORK_WEEK ? `${said[0]}–${said.at(-1)}` : said.join(' ');
  return <>{`${shown}  ${hours.from}–${hours.to}`}</>;
}
