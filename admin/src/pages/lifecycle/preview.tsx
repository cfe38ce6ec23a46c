import type { LifecycleDefinition, LifecyclePreview } from '@perennial/contract';
import { Link } from '@tanstack/react-router';
import { Alert, Space, Statistic, Table } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';
import { COLOURS, inOrder } from './period.js';

/** What a version would do: to everybody now, and month by month had it been in force. */
export function PreviewPanel({ preview, lifecycle }: { preview: LifecyclePreview; lifecycle: LifecycleDefinition }) {
  const { texts } = useSpeech();
  const { now, history, ms } = preview;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space size={32}>
        <Statistic title={texts.lifeMoving} value={now.moving} />
        <Statistic title={texts.lifeMovesBefore} value={history.movesBefore} />
        <Statistic title={texts.lifeMovesAfter} value={history.movesAfter} />
        <Statistic title="ms" value={ms} />
      </Space>
      <Sides preview={preview} lifecycle={lifecycle} />
      <MovingTable now={now} lifecycle={lifecycle} />
      <Alert
        type="info"
        title={texts.lifeSampled
          .replace('{n}', history.people.toLocaleString())
          .replace('{m}', history.of.toLocaleString())}
      />
      <Months history={history} lifecycle={lifecycle} />
    </Space>
  );
}

function Sides({ preview: { now }, lifecycle }: { preview: LifecyclePreview; lifecycle: LifecycleDefinition }) {
  const { texts, say } = useSpeech();
  const stages = inOrder(lifecycle);
  return (
    <Chart
      height={220}
      label={texts.lifeBoard}
      option={{
        grid: { left: 60, right: 20, top: 30, bottom: 30 },
        legend: { top: 0 },
        tooltip: { trigger: 'axis' },
        xAxis: { type: 'category', data: stages.map(({ title }) => say(title)) },
        yAxis: { type: 'value' },
        series: (['before', 'after'] as const).map((side) => ({
          name: side === 'before' ? texts.tagBefore : texts.tagAfter,
          type: 'bar',
          barMaxWidth: 32,
          itemStyle: { color: side === 'before' ? '#b9c1bd' : '#1f7a5c' },
          data: stages.map(({ key }) => now[side][key] ?? 0),
        })),
      }}
    />
  );
}

/** From where to where how many go, with a few of them. */
export function MovingTable({
  now,
  lifecycle,
}: {
  now: Pick<LifecyclePreview['now'], 'flows'>;
  lifecycle: LifecycleDefinition;
}) {
  const { texts, say } = useSpeech();
  const nameOf = (place: string) => {
    const [stage, sub] = place.split('/');
    const known = lifecycle.stages.find(({ key }) => key === stage);
    const inner = known?.subStages?.find(({ key }) => key === sub);
    return [known ? say(known.title) : stage || texts.lifeAbsent, inner && say(inner.title)].filter(Boolean).join('·');
  };
  return (
    <Table
      size="small"
      rowKey={({ from, to }) => `${from}>${to}`}
      pagination={{ pageSize: 8, hideOnSinglePage: true }}
      dataSource={now.flows}
      columns={[
        { title: texts.ruleFrom, render: (_, { from }) => nameOf(from) },
        { title: texts.ruleTo, render: (_, { to }) => nameOf(to) },
        { title: texts.audPeople, dataIndex: 'people', align: 'right' },
        {
          title: texts.audSample,
          render: (_, { examples }) => (
            <Space size={6}>
              {examples.map((id) => (
                <Link key={id} to="/profiles/$id" params={{ id }}>
                  {id}
                </Link>
              ))}
            </Space>
          ),
        },
      ]}
    />
  );
}

function Months({ history, lifecycle }: { history: LifecyclePreview['history']; lifecycle: LifecycleDefinition }) {
  const { texts, say } = useSpeech();
  const side = (which: 'before' | 'after') =>
    inOrder(lifecycle).map(({ key, title }, i) => ({
      name: `${say(title)}${which === 'after' ? '′' : ''}`,
      type: 'line',
      showSymbol: false,
      itemStyle: { color: COLOURS[i % COLOURS.length] },
      lineStyle: { type: which === 'before' ? 'dashed' : 'solid', width: 1.5 },
      data: history.months.map((month) => month[which][key] ?? 0),
    }));
  return (
    <Chart
      height={260}
      label={texts.lifeMonths}
      option={{
        grid: { left: 60, right: 20, top: 50, bottom: 30 },
        legend: { top: 0, type: 'scroll' },
        tooltip: { trigger: 'axis' },
        xAxis: { type: 'category', data: history.months.map(({ month }) => month) },
        yAxis: { type: 'value' },
        series: [...side('before'), ...side('after')],
      }}
    />
  );
}
