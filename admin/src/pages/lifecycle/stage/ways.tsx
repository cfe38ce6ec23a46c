import { Link } from '@tanstack/react-router';
import { Card, Col, Empty, Progress, Row, Space, Table, Typography } from 'antd';
import { useSpeech } from '../../../i18n/language.js';
import type { StageParts } from './stage-parts.js';

/** From where people come, to where they go, and how long they stay. */
export function StageWays({ lifecycle: { definition }, detail: { from, to, dwell } }: StageParts) {
  const { texts } = useSpeech();
  return (
    <Space orientation="vertical" size={12} style={{ width: '100%' }}>
      <Row gutter={12}>
        <Col span={12}>
          <Card size="small" title={texts.lifeCameFrom}>
            <Ways definition={definition} ways={from} />
          </Card>
        </Col>
        <Col span={12}>
          <Card size="small" title={texts.lifeWentTo}>
            <Ways definition={definition} ways={to} />
          </Card>
        </Col>
      </Row>
      <Card size="small" title={texts.lifeStayed}>
        <Stays dwell={dwell} />
      </Card>
    </Space>
  );
}

interface WaysProps {
  definition: StageParts['lifecycle']['definition'];
  ways: { stage: string; moves: number }[];
}

function Ways({ definition, ways }: WaysProps) {
  const { texts, say } = useSpeech();
  if (ways.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.lifeNoFlows} />;
  const most = Math.max(...ways.map(({ moves }) => moves));
  const name = (key: string) => {
    const stage = definition.stages.find((one) => one.key === key);
    if (!stage) return key === '' ? texts.lifeAbsent : key;
    return (
      <Link to="/lifecycle/$key/$stage" params={{ key: definition.key, stage: key }}>
        {say(stage.title)}
      </Link>
    );
  };
  return ways.map(({ stage, moves }) => (
    <Row key={stage} wrap={false} gutter={8} align="middle">
      <Col flex="110px">{name(stage)}</Col>
      <Col flex="auto">
        <Progress
          status="normal"
          percent={(100 * moves) / most}
          strokeColor="#4f9f7f"
          format={() => moves.toLocaleString()}
        />
      </Col>
    </Row>
  ));
}

function Stays({ dwell: { ended, open, quantiles } }: { dwell: StageParts['detail']['dwell'] }) {
  const { texts } = useSpeech();
  return (
    <>
      <Table
        size="small"
        rowKey={() => 'days'}
        pagination={false}
        dataSource={quantiles.length > 0 ? [quantiles] : []}
        locale={{ emptyText: <Typography.Text type="secondary">{texts.lifeNoneEnded}</Typography.Text> }}
        columns={[10, 25, 50, 75, 90].map((percent, i) => ({
          title: `P${percent}`,
          align: 'right' as const,
          render: (_: unknown, days: number[]) => `${days[i]!.toFixed(1)} ${texts.days}`,
        }))}
      />
      <Typography.Text type="secondary">
        {`${texts.lifeEnded} ${ended.toLocaleString()} · ${texts.lifeOpen} ${open.toLocaleString()}`}
      </Typography.Text>
    </>
  );
}
