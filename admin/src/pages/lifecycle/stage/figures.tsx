import { Card, Col, Row, Statistic, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useSpeech } from '../../../i18n/language.js';
import type { StageParts } from './stage-parts.js';

/** How many, who came and went, how long they stay, and the sub-stages beside each other. */
export function StageFigures({ stage, detail }: StageParts) {
  const { texts, say } = useSpeech();
  const { people, total, from, to, dwell, subStages } = detail;
  const share = total === 0 ? 0 : (100 * people) / total;
  const moves = (ways: { moves: number }[]) => ways.reduce((sum, way) => sum + way.moves, 0);
  const median = dwell.quantiles[2];
  return (
    <Row gutter={[12, 12]}>
      <Box>
        <Statistic
          title={texts.audPeople}
          value={people}
          suffix={<Typography.Text type="secondary">{`${share.toFixed(1)}%`}</Typography.Text>}
        />
      </Box>
      <Box>
        <Statistic title={texts.lifeIn} value={moves(from)} prefix="+" />
      </Box>
      <Box>
        <Statistic title={texts.lifeOut} value={moves(to)} prefix="−" />
      </Box>
      <Box>
        <Statistic title={texts.lifeMedianDays} value={median === undefined ? '–' : median.toFixed(1)} />
      </Box>
      {(stage.subStages ?? []).map((sub) => (
        <Box key={sub.key}>
          <Statistic title={say(sub.title)} value={subStages[sub.key] ?? 0} />
        </Box>
      ))}
    </Row>
  );
}

const Box = ({ children }: { children: ReactNode }) => (
  <Col flex="1 1 140px">
    <Card size="small" style={{ height: '100%' }}>
      {children}
    </Card>
  </Col>
);
