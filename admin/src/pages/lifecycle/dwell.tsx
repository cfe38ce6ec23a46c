import type { Dwell, StageFunnel } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Col, Progress, Row, Table, Typography } from 'antd';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { inOrder, type Period } from './period.js';

/** How long people stay in each stage, and how many ever get there. */
export function DwellTab({ lifecycle, days }: Period) {
  const { texts } = useSpeech();
  const dwell = useQuery({
    queryKey: ['life-dwell', lifecycle.key, days],
    queryFn: () => get<Dwell>(`/lifecycles/${lifecycle.key}/dwell?days=${days}`),
  });
  const funnel = useQuery({
    queryKey: ['life-funnel', lifecycle.key, days],
    queryFn: () => get<StageFunnel>(`/lifecycles/${lifecycle.key}/funnel?days=${days}`),
  });
  return (
    <Row gutter={16}>
      <Col span={13}>
        <Typography.Text type="secondary">{texts.lifeDwellHint}</Typography.Text>
        <Load query={dwell}>{(known) => <Stays dwell={known} lifecycle={lifecycle} days={days} />}</Load>
      </Col>
      <Col span={11}>
        <Typography.Text type="secondary">{texts.lifeFunnelHint}</Typography.Text>
        <Load query={funnel}>{(known) => <Reached funnel={known} lifecycle={lifecycle} days={days} />}</Load>
      </Col>
    </Row>
  );
}

function Stays({ dwell: { stages }, lifecycle }: { dwell: Dwell } & Period) {
  const { texts, say } = useSpeech();
  const days = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(1));
  const rows = inOrder(lifecycle).map((stage) => ({ ...stage, ...stages.find((one) => one.stage === stage.key) }));
  return (
    <Table
      size="small"
      rowKey="key"
      pagination={false}
      dataSource={rows}
      columns={[
        { title: texts.stage, render: (_, { title }) => say(title) },
        ...([1, 2, 3, 4] as const).map((i) => ({
          title: `P${[10, 25, 50, 75, 90][i]}`,
          align: 'right' as const,
          render: (_: unknown, { quantiles }: { quantiles?: number[] }) => days(quantiles?.[i]),
        })),
        { title: texts.lifeEnded, align: 'right', render: (_, { ended }) => (ended ?? 0).toLocaleString() },
        { title: texts.lifeOpen, align: 'right', render: (_, { open }) => (open ?? 0).toLocaleString() },
      ]}
    />
  );
}

function Reached({ funnel: { stages }, lifecycle }: { funnel: StageFunnel } & Period) {
  const { texts, say } = useSpeech();
  const most = Math.max(1, ...stages.map(({ people }) => people));
  const rows = inOrder(lifecycle).map((stage) => ({ ...stage, ...stages.find((one) => one.stage === stage.key) }));
  return (
    <Table
      size="small"
      rowKey="key"
      pagination={false}
      dataSource={rows}
      columns={[
        { title: texts.stage, width: 120, render: (_, { title }) => say(title) },
        {
          title: texts.audPeople,
          render: (_, { people = 0 }) => (
            <Progress
              status="normal"
              percent={(100 * people) / most}
              strokeColor="#1f7a5c"
              format={() => people.toLocaleString()}
            />
          ),
        },
        {
          title: texts.lifeMedianDays,
          width: 110,
          align: 'right',
          render: (_, { medianDays }) => (medianDays === undefined ? '–' : medianDays.toFixed(1)),
        },
      ]}
    />
  );
}
