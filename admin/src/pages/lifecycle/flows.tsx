import type { FlowMatrix, LifecycleBoard } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Col, Row, Table, Typography } from 'antd';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { inOrder, type Period } from './period.js';
import { Sankey } from './sankey.js';

const DAY_MS = 86_400_000;
const dayAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** Moves of the period, and who stood where at its two ends. */
export function FlowsTab({ lifecycle, days }: Period) {
  const { texts, say } = useSpeech();
  const board = useQuery({
    queryKey: ['life-board', lifecycle.key, days],
    queryFn: () => get<LifecycleBoard>(`/lifecycles/${lifecycle.key}/board?days=${days}`),
  });
  const matrix = useQuery({
    queryKey: ['life-matrix', lifecycle.key, days],
    queryFn: () => get<FlowMatrix>(`/lifecycles/${lifecycle.key}/matrix?from=${dayAgo(days)}&to=${dayAgo(0)}`),
  });
  const nameOf = (key: string) => {
    const stage = lifecycle.stages.find((one) => one.key === key);
    return stage ? say(stage.title) : texts.lifeAbsent;
  };
  return (
    <Row gutter={16}>
      <Col span={13}>
        <Typography.Text type="secondary">{texts.lifeMoves}</Typography.Text>
        <Load query={board}>
          {({ flows }) => (
            <Sankey
              label={texts.lifeFlows}
              links={flows.map(({ from, to, moves }) => ({ from: nameOf(from), to: `${nameOf(to)} `, value: moves }))}
            />
          )}
        </Load>
      </Col>
      <Col span={11}>
        <Typography.Text type="secondary">
          {texts.lifeMatrix.replace('{a}', dayAgo(days)).replace('{b}', dayAgo(0))}
        </Typography.Text>
        <Load query={matrix}>
          {({ cells }) => (
            <Matrix cells={cells} stages={['', ...inOrder(lifecycle).map(({ key }) => key)]} nameOf={nameOf} />
          )}
        </Load>
      </Col>
    </Row>
  );
}

interface MatrixProps {
  cells: FlowMatrix['cells'];
  stages: string[];
  nameOf: (key: string) => string;
}

function Matrix({ cells, stages, nameOf }: MatrixProps) {
  const { texts } = useSpeech();
  const most = Math.max(1, ...cells.map(({ people }) => people));
  const of = (from: string, to: string) => cells.find((cell) => cell.from === from && cell.to === to)?.people ?? 0;
  return (
    <Table
      size="small"
      rowKey="from"
      pagination={false}
      dataSource={stages.map((from) => ({ from }))}
      columns={[
        { title: texts.lifeFromTo, render: (_, { from }) => nameOf(from) },
        ...stages.slice(1).map((to) => ({
          title: nameOf(to),
          align: 'right' as const,
          render: (_: unknown, { from }: { from: string }) => of(from, to).toLocaleString(),
          onCell: ({ from }: { from: string }) => ({
            style: { background: `rgba(31, 122, 92, ${(0.6 * of(from, to)) / most})` },
          }),
        })),
      ]}
    />
  );
}
