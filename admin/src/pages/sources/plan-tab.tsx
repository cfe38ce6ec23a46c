import { PLAN_MODES, type PlanEvent, type SourceSettings, type TrackingPlan } from '@perennial/contract';
import { Button, Empty, Input, Segmented, Space, Table, Tag, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { useSession } from '../../session.js';
import { totalOf, useFindings } from './findings-tab.js';
import { LearnModal } from './learn-modal.js';
import { PlanEventForm } from './plan-event-form.js';
import { ExportButton, ImportButton } from './plan-file.js';
import { SaveBar } from './save-bar.js';
import { useEditing } from './use-settings.js';

const BLANK: PlanEvent = { name: '', properties: [] };

/** Which events are meant to come, and what happens to others. */
export function PlanTab({ id, settings }: { id: string; settings: SourceSettings }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const editing = useEditing(id, settings, ['plan']);
  const findings = useFindings(id, 7);
  const { plan } = editing.draft;
  const put = (next: Partial<TrackingPlan>) => editing.change({ plan: { ...plan, ...next } });
  const warning =
    settings.plan.mode === 'off'
      ? texts.edgeConfirmUnseen
      : texts.edgeConfirmBlock.replace('{n}', totalOf(findings.data ?? []).toLocaleString());
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Space wrap>
        <Segmented
          value={plan.mode}
          disabled={!isAdmin}
          options={PLAN_MODES.map((value) => ({ value, label: texts[`edgeMode_${value}`] }))}
          onChange={(mode) => put({ mode })}
        />
        <Typography.Text type="secondary">{texts[`edgeModeHint_${plan.mode}`]}</Typography.Text>
      </Space>
      <PlanEvents id={id} plan={plan} onChange={(events) => put({ events })} />
      <SaveBar editing={editing} {...(plan.mode === 'block' && { warning })} />
    </Space>
  );
}

/** `at` is -1 for an event that is not in the plan yet. */
interface Opened {
  event: PlanEvent;
  at: number;
}

interface PlanEventsProps {
  id: string;
  plan: TrackingPlan;
  onChange: (events: PlanEvent[]) => void;
}

function PlanEvents({ id, plan: { events }, onChange }: PlanEventsProps) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const [sought, setSought] = useState('');
  const [open, setOpen] = useState<Opened>();
  const [isLearning, setLearning] = useState(false);
  const rows = useMemo(
    () =>
      events
        .map((event, at) => ({ event, at }))
        .filter(({ event }) => event.name.toLowerCase().includes(sought.toLowerCase())),
    [events, sought],
  );
  const apply = (event: PlanEvent, at: number) => {
    onChange(at === -1 ? [...events, event] : events.map((known, i) => (i === at ? event : known)));
    setOpen(undefined);
  };
  return (
    <>
      <Space wrap>
        <Input
          allowClear
          aria-label={texts.edgePlanSearch}
          placeholder={texts.edgePlanSearch}
          style={{ width: 220 }}
          onChange={({ target }) => setSought(target.value.trim())}
        />
        {isAdmin && <Button onClick={() => setOpen({ event: BLANK, at: -1 })}>{texts.edgeAddEvent}</Button>}
        {isAdmin && <Button onClick={() => setLearning(true)}>{texts.edgeLearn}</Button>}
        {isAdmin && <ImportButton onRead={onChange} />}
        <ExportButton id={id} events={events} />
      </Space>
      <Table<Opened>
        size="small"
        rowKey="at"
        dataSource={rows}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.edgePlanEmpty} /> }}
        columns={[
          {
            title: texts.edgeEventName,
            width: 260,
            render: (_, row) => (
              <Space orientation="vertical" size={0}>
                <LinkButton onClick={() => setOpen(row)}>{row.event.name}</LinkButton>
                {row.event.note && <Typography.Text type="secondary">{row.event.note}</Typography.Text>}
              </Space>
            ),
          },
          { title: texts.edgeProperties, render: (_, { event }) => <Properties event={event} /> },
          {
            width: 80,
            render: (_, { at }) =>
              isAdmin && (
                <LinkButton danger onClick={() => onChange(events.filter((_event, i) => i !== at))}>
                  {texts.remove}
                </LinkButton>
              ),
          },
        ]}
      />
      {open && (
        <PlanEventForm
          event={open.event}
          isFixed={!isAdmin}
          taken={new Set(events.filter((_, i) => i !== open.at).map(({ name }) => name))}
          onClose={() => setOpen(undefined)}
          onApply={(event) => apply(event, open.at)}
        />
      )}
      {isLearning && (
        <LearnModal
          id={id}
          events={events}
          onClose={() => setLearning(false)}
          onTake={(taken) => (onChange(withTaken(events, taken)), setLearning(false))}
        />
      )}
    </>
  );
}

/** What is taken stands in the place of what it replaces; the operator's own note stays. */
function withTaken(events: PlanEvent[], taken: PlanEvent[]): PlanEvent[] {
  const byName = new Map(taken.map((event) => [event.name, event]));
  const kept = events.map((event) => {
    const next = byName.get(event.name);
    byName.delete(event.name);
    return next ? { ...next, ...(event.note && { note: event.note }) } : event;
  });
  return [...kept, ...byName.values()];
}

const MOST_SHOWN = 12;

function Properties({ event: { properties, isClosed } }: { event: PlanEvent }) {
  const { texts } = useSpeech();
  return (
    <Space size={[4, 4]} wrap>
      {properties.slice(0, MOST_SHOWN).map(({ path, isRequired, type }) => (
        <Tag key={path} color={isRequired ? 'green' : 'default'}>
          {path}
          {isRequired && ' *'} {type && <Typography.Text type="secondary">{texts[`edgeType_${type}`]}</Typography.Text>}
        </Tag>
      ))}
      {properties.length > MOST_SHOWN && <Tag>+{properties.length - MOST_SHOWN}</Tag>}
      {isClosed && <Tag color="gold">{texts.edgeClosed}</Tag>}
    </Space>
  );
}
