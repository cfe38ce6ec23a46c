import { csvCell, type EventPair, type ParityEvent, type ParityFigures, type ParityResult } from '@perennial/contract';
import { Alert, Button, Empty, Space, Statistic, Switch, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';
import { LinkButton } from '../../parts/link-button.js';
import { saveFile } from '../../parts/save-file.js';
import { Pairing } from './pairing.js';

interface ParityReportProps {
  result: ParityResult;
  isLoading: boolean;
  onPairs: (pairs: EventPair[]) => void;
}

/** Both counts side by side: all together, day by day, event by event; and the names that nobody has paired. */
export function ParityReport({ result, isLoading, onPairs }: ParityReportProps) {
  const { texts } = useSpeech();
  const pairs = result.events.map(({ names }) => names);
  const flagged = result.events.filter(({ isFlagged }) => isFlagged).length;
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      {result.refused.length > 0 && <Refused refused={result.refused} />}
      {result.events.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.parityNoPairs} />
      ) : (
        <>
          <Summary total={result.total} flagged={flagged} />
          <DaysChart result={result} />
          <Events
            events={result.events}
            isLoading={isLoading}
            onUnpair={(gone) => onPairs(pairs.filter((pair) => pair.old !== gone.old || pair.ours !== gone.ours))}
            onExport={() => saveFile('parity.csv', `\ufeff${csvOf(result)}`, 'text/csv')}
          />
        </>
      )}
      <Pairing unpaired={result.unpaired} isLoading={isLoading} onPair={(pair) => onPairs([...pairs, pair])} />
    </Space>
  );
}

function Refused({ refused }: { refused: ParityResult['refused'] }) {
  const { texts, say } = useSpeech();
  const lines = refused.slice(0, 5).map(({ line, message }) => `${line}: ${say(message)}`);
  return (
    <Alert
      type="warning"
      showIcon
      title={`${texts.parityRefused.replace('{n}', String(refused.length))} ${lines.join('; ')}`}
    />
  );
}

function Summary({ total, flagged }: { total: ParityFigures; flagged: number }) {
  const { texts } = useSpeech();
  return (
    <Space size={48} wrap>
      <Statistic title={texts.parityOld} value={total.old.events} />
      <Statistic title={texts.parityOurs} value={total.ours.events} />
      <Statistic title={texts.parityDifference} value={useDifference(total)} />
      <Tag color={flagged > 0 ? 'red' : 'green'}>
        {flagged > 0 ? texts.parityFlagged.replace('{n}', String(flagged)) : texts.parityAllGood}
      </Tag>
    </Space>
  );
}

/** `+1.2%`; a side that counted nothing has no share. */
function useDifference({ difference, ours }: ParityFigures): string {
  const { texts } = useSpeech();
  if (difference === null) return ours.events > 0 ? texts.parityOnlyOurs : '–';
  return `${difference > 0 ? '+' : ''}${(difference * 100).toFixed(1)}%`;
}

function Difference({ figures }: { figures: ParityFigures }) {
  const text = useDifference(figures);
  return figures.isFlagged ? <Typography.Text type="danger">{text}</Typography.Text> : <>{text}</>;
}

function DaysChart({ result: { days } }: { result: ParityResult }) {
  const { texts } = useSpeech();
  const line = (name: string, colour: string, side: 'old' | 'ours') => ({
    name,
    type: 'line',
    itemStyle: { color: colour },
    data: days.map((day) => day[side].events),
  });
  return (
    <Chart
      height={220}
      label={texts.parityDays}
      option={{
        grid: { left: 70, right: 20, top: 30, bottom: 30 },
        legend: { top: 0 },
        tooltip: { trigger: 'axis' },
        xAxis: { type: 'category', data: days.map(({ day }) => day) },
        yAxis: { type: 'value', min: 0 },
        series: [line(texts.parityOld, '#d9a441', 'old'), line(texts.parityOurs, '#1f7a5c', 'ours')],
      }}
    />
  );
}

const number = (n: number | undefined): string => n?.toLocaleString() ?? '–';

type Figured = ParityFigures & { day?: string };

function useFigureColumns(withPeople: boolean) {
  const { texts } = useSpeech();
  const column = (title: string, look: (figures: Figured) => number | undefined) => ({
    title,
    align: 'right' as const,
    render: (_: unknown, figures: Figured) => number(look(figures)),
  });
  const both = (title: string, look: (count: ParityFigures['old']) => number | undefined) => ({
    title,
    children: [column(texts.parityOld, ({ old }) => look(old)), column(texts.parityOurs, ({ ours }) => look(ours))],
  });
  return [
    both(texts.edgeCount, ({ events }) => events),
    {
      title: texts.parityDifference,
      align: 'right' as const,
      sorter: (one: Figured, other: Figured) => Math.abs(one.difference ?? 1e9) - Math.abs(other.difference ?? 1e9),
      render: (_: unknown, figures: Figured) => <Difference figures={figures} />,
    },
    ...(withPeople
      ? [both(texts.parityPeople, ({ people }) => people), both(texts.parityUsers, ({ users }) => users)]
      : []),
  ];
}

interface EventsProps {
  events: ParityEvent[];
  isLoading: boolean;
  onUnpair: (names: EventPair) => void;
  onExport: () => void;
}

function Events({ events, isLoading, onUnpair, onExport }: EventsProps) {
  const { texts } = useSpeech();
  const [isFlaggedOnly, setFlaggedOnly] = useState(false);
  const columns = useFigureColumns(true);
  return (
    <>
      <Space>
        <Switch aria-label={texts.parityOnlyFlagged} checked={isFlaggedOnly} onChange={setFlaggedOnly} />
        {texts.parityOnlyFlagged}
        <Button onClick={onExport}>{texts.parityExport}</Button>
      </Space>
      <Table<ParityEvent>
        size="small"
        bordered
        loading={isLoading}
        rowKey={({ names }) => `${names.old}\n${names.ours}`}
        dataSource={isFlaggedOnly ? events.filter(({ isFlagged }) => isFlagged) : events}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        expandable={{ expandedRowRender: (event) => <Days event={event} /> }}
        columns={[
          {
            title: texts.parityEvent,
            render: (_, { names }) => (names.old === names.ours ? names.ours : `${names.old} → ${names.ours}`),
          },
          ...columns,
          {
            width: 90,
            render: (_, { names }) => <LinkButton onClick={() => onUnpair(names)}>{texts.parityUnpair}</LinkButton>,
          },
        ]}
      />
    </>
  );
}

function Days({ event }: { event: ParityEvent }) {
  const { texts } = useSpeech();
  const columns = useFigureColumns(true);
  return (
    <Table<ParityEvent['days'][number]>
      size="small"
      rowKey="day"
      dataSource={event.days}
      pagination={{ pageSize: 31, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[{ title: texts.parityDay, dataIndex: 'day' }, ...columns]}
    />
  );
}

const HEAD = [
  'old_event',
  'event',
  'day',
  'old',
  'ours',
  'difference',
  'old_people',
  'people',
  'old_users',
  'users',
  'flagged',
];

/** For whoever reads it with a spreadsheet: one line for each event and day, and one for its period. */
function csvOf({ events }: ParityResult): string {
  const line = ({ names }: ParityEvent, day: string, { old, ours, difference, isFlagged }: ParityFigures) =>
    [
      names.old,
      names.ours,
      day,
      old.events,
      ours.events,
      difference === null ? undefined : Number(difference.toFixed(4)),
      old.people,
      ours.people,
      old.users,
      ours.users,
      isFlagged ? 1 : 0,
    ]
      .map(csvCell)
      .join(',');
  const lines = events.flatMap((event) => [
    line(event, '', event),
    ...event.days.map((day) => line(event, day.day, day)),
  ]);
  return [HEAD.join(','), ...lines].join('\r\n');
}
