import type { LiveEvent, Overview } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Card, Col, Empty, Row, Space, Descriptions, Statistic, Table, Tag, Typography } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { Chart } from '../parts/chart.js';
import { Load } from '../parts/load.js';
import { useLive } from '../parts/use-live.js';
import { useSayPlace } from '../parts/use-stages.js';
import { When } from '../parts/when.js';
import { ClockNotice } from './clock-notice.js';

const GREEN = '#1f7a5c';
const REFRESH_MS = 5_000;

export function OverviewPage() {
  const query = useQuery({
    queryKey: ['overview'],
    queryFn: () => get<Overview>('/overview?days=30'),
    refetchInterval: REFRESH_MS,
  });
  return <Load query={query}>{(overview) => <Figures overview={overview} />}</Load>;
}

function Figures({ overview }: { overview: Overview }) {
  const { texts } = useSpeech();
  const share = overview.people > 0 ? Math.round((overview.identified / overview.people) * 100) : 0;
  const figures: [string, number | string][] = [
    [texts.people, overview.people],
    [texts.identified, `${share}%`],
    [texts.events, overview.events],
    [texts.eventsToday, overview.eventsToday],
    [texts.quarantined, overview.quarantined],
    [texts.deadLetters, overview.deadLetters],
  ];
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <ClockNotice />
      <Row gutter={16}>
        {figures.map(([title, value]) => (
          <Col span={4} key={title}>
            <Card size="small">
              <Statistic title={title} value={value} />
            </Card>
          </Col>
        ))}
      </Row>
      <Row gutter={16}>
        <Col span={12}>
          <Card size="small" title={texts.stageDistribution}>
            <Stages overview={overview} />
          </Card>
        </Col>
        <Col span={12}>
          <Card size="small" title={texts.dailyEvents}>
            <Daily overview={overview} />
          </Card>
        </Col>
      </Row>
      <Row gutter={16}>
        <Col span={10}>
          <Card size="small" title={texts.sources}>
            <Table
              size="small"
              rowKey="sourceId"
              pagination={false}
              dataSource={overview.sources}
              columns={[
                { title: texts.title, dataIndex: 'title' },
                { title: texts.events, dataIndex: 'events', align: 'right', render: (n: number) => n.toLocaleString() },
                { title: texts.lastEvent, dataIndex: 'lastAt', render: (at?: number) => <When at={at} /> },
              ]}
            />
            <Pipeline pipeline={overview.pipeline} />
          </Card>
        </Col>
        <Col span={14}>
          <Live />
        </Col>
      </Row>
    </Space>
  );
}

function Stages({ overview: { stages } }: { overview: Overview }) {
  const { texts, say } = useSpeech();
  const navigate = useNavigate();
  const open = useCallback((key: string) => void navigate({ to: '/profiles', search: { stage: key } }), [navigate]);
  // From potential to churn, the way a customer goes; core tries them the other way round.
  const bars = useMemo(
    () => stages.toReversed().map((stage) => ({ key: stage.stage, name: say(stage.title), value: stage.people })),
    [stages, say],
  );
  const option = useMemo(
    () => ({
      animation: false,
      grid: { left: 8, right: 48, top: 8, bottom: 8, outerBoundsMode: 'same' },
      xAxis: { type: 'value', splitLine: { lineStyle: { color: '#f0f0f0' } } },
      yAxis: { type: 'category', inverse: true, data: bars.map(({ name }) => name), axisTick: { show: false } },
      tooltip: {},
      series: [
        {
          type: 'bar',
          data: bars,
          barMaxWidth: 22,
          itemStyle: { color: GREEN, borderRadius: 3 },
          label: { show: true, position: 'right' },
        },
      ],
    }),
    [bars],
  );
  return <Chart option={option} height={220} onClick={open} label={texts.stageDistribution} />;
}

function Daily({ overview: { daily } }: { overview: Overview }) {
  const { texts } = useSpeech();
  const option = useMemo(
    () => ({
      animation: false,
      grid: { left: 8, right: 16, top: 16, bottom: 8, outerBoundsMode: 'same' },
      xAxis: { type: 'category', data: daily.map(({ day }) => day.slice(5)) },
      yAxis: { type: 'value', splitLine: { lineStyle: { color: '#f0f0f0' } } },
      tooltip: { trigger: 'axis' },
      series: [
        {
          type: 'line',
          data: daily.map(({ events }) => events),
          smooth: true,
          showSymbol: false,
          areaStyle: { opacity: 0.12 },
          lineStyle: { color: GREEN },
          itemStyle: { color: GREEN },
        },
      ],
    }),
    [daily],
  );
  return <Chart option={option} height={220} label={texts.dailyEvents} />;
}

function Pipeline({ pipeline }: Pick<Overview, 'pipeline'>) {
  const { texts } = useSpeech();
  const facts: [string, string][] = [
    [texts.pendingRows, pipeline.pendingRows.toLocaleString()],
    [texts.pendingTimers, pipeline.pendingTimers.toLocaleString()],
    [texts.oldestPending, `${Math.ceil(pipeline.oldestPendingMs / 1_000).toLocaleString()} s`],
  ];
  return (
    <Descriptions
      size="small"
      column={3}
      layout="vertical"
      style={{ marginTop: 12 }}
      title={<Typography.Text strong>{texts.pipeline}</Typography.Text>}
      colon={false}
      items={facts.map(([label, children]) => ({ key: label, label, children }))}
    />
  );
}

function Live() {
  const { texts } = useSpeech();
  const sayPlace = useSayPlace();
  const [isPaused, setPaused] = useState(false);
  const { rows, isLost } = useLive(isPaused);
  return (
    <Card
      size="small"
      title={texts.live}
      extra={
        <Space>
          {isLost && <Typography.Text type="warning">{texts.liveLost}</Typography.Text>}
          <Button size="small" onClick={() => setPaused(!isPaused)}>
            {isPaused ? texts.resume : texts.pause}
          </Button>
        </Space>
      }
    >
      {rows.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.liveEmpty} />
      ) : (
        <Table
          size="small"
          rowKey={({ eventId, receivedAt }) => `${eventId}${receivedAt}`}
          pagination={false}
          scroll={{ y: 260 }}
          dataSource={rows}
          columns={[
            { title: texts.time, dataIndex: 'at', width: 90, render: (at: number) => <When at={at} /> },
            { title: texts.events, dataIndex: 'name' },
            {
              title: texts.customer,
              dataIndex: 'profileId',
              render: (id: string) => (
                <Link to="/profiles/$id" params={{ id }}>
                  {id}
                </Link>
              ),
            },
            {
              title: texts.stage,
              dataIndex: 'moves',
              render: (moves: LiveEvent['moves']) =>
                moves.map(({ lifecycle, to }) => (
                  <Tag color="green" key={lifecycle}>
                    {sayPlace(lifecycle, to)}
                  </Tag>
                )),
            },
          ]}
        />
      )}
    </Card>
  );
}
