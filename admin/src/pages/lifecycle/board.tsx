import type { LifecycleBoard, Stage } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card, Col, Row, Space, Statistic, Tag, Typography } from 'antd';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';
import { Load } from '../../parts/load.js';
import { COLOURS, inOrder, type Period } from './period.js';

/** A card for each stage: how many, how it went, who came and went. */
export function Board({ lifecycle, days }: Period) {
  const board = useQuery({
    queryKey: ['life-board', lifecycle.key, days],
    queryFn: () => get<LifecycleBoard>(`/lifecycles/${lifecycle.key}/board?days=${days}`),
  });
  return (
    <Load query={board}>
      {(known) => (
        <Space orientation="vertical" size={12} style={{ width: '100%' }}>
          <Row gutter={[12, 12]}>
            {inOrder(lifecycle).map((stage, i) => (
              <Col key={stage.key} flex="1 1 200px">
                <StageCard
                  lifecycle={lifecycle.key}
                  stage={stage}
                  board={known}
                  colour={COLOURS[i % COLOURS.length]!}
                />
              </Col>
            ))}
          </Row>
          <Trend board={known} stages={inOrder(lifecycle)} />
        </Space>
      )}
    </Load>
  );
}

interface StageCardProps {
  lifecycle: string;
  stage: Stage;
  board: LifecycleBoard;
  colour: string;
}

function StageCard({ lifecycle, stage, board, colour }: StageCardProps) {
  const { texts, say } = useSpeech();
  const figures = board.stages.find((one) => one.stage === stage.key)!;
  const total = board.stages.reduce((sum, { people }) => sum + people, 0);
  const share = total === 0 ? 0 : (100 * figures.people) / total;
  return (
    <Card size="small" style={{ borderTop: `3px solid ${colour}`, height: '100%' }}>
      <Statistic
        title={
          <Link to="/lifecycle/$key/$stage" params={{ key: lifecycle, stage: stage.key }}>
            {say(stage.title)}
          </Link>
        }
        value={figures.people}
        suffix={<Typography.Text type="secondary">{`${share.toFixed(1)}%`}</Typography.Text>}
      />
      <Space size={4} wrap>
        <Tag color="green">{`${texts.lifeIn} +${figures.entered.toLocaleString()}`}</Tag>
        <Tag color="orange">{`${texts.lifeOut} −${figures.left.toLocaleString()}`}</Tag>
      </Space>
      {(stage.subStages ?? []).map((sub) => (
        <div key={sub.key} style={{ display: 'flex', justifyContent: 'space-between' }}>
          <Typography.Text type="secondary">{say(sub.title)}</Typography.Text>
          <span>{(figures.subStages[sub.key] ?? 0).toLocaleString()}</span>
        </div>
      ))}
      {stage.playbook && (
        <Typography.Paragraph type="secondary" style={{ margin: '8px 0 0' }}>
          {say(stage.playbook.goal)}
        </Typography.Paragraph>
      )}
    </Card>
  );
}

function Trend({ board, stages }: { board: LifecycleBoard; stages: Stage[] }) {
  const { texts, say } = useSpeech();
  return (
    <Chart
      height={300}
      label={texts.lifeBoard}
      option={{
        grid: { left: 60, right: 20, top: 30, bottom: 30 },
        legend: { top: 0 },
        tooltip: { trigger: 'axis' },
        xAxis: { type: 'category', data: board.days },
        yAxis: { type: 'value', min: 0 },
        series: stages.map((stage, i) => ({
          name: say(stage.title),
          type: 'line',
          stack: 'people',
          areaStyle: { opacity: 0.7 },
          lineStyle: { width: 1 },
          showSymbol: false,
          itemStyle: { color: COLOURS[i % COLOURS.length] },
          data: board.stages.find((one) => one.stage === stage.key)!.trend,
        })),
      }}
    />
  );
}
