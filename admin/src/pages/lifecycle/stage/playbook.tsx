import type { Figure, Json } from '@perennial/contract';
import { Link } from '@tanstack/react-router';
import { Button, Card, Empty, Progress, Space, Table, Tag, Typography } from 'antd';
import { useSpeech } from '../../../i18n/language.js';
import type { StageParts } from './stage-parts.js';

/** What is done for the people of the stage, and by which figures it is judged. */
export function StagePlaybook({ stage, detail: { indicators } }: StageParts) {
  const { texts, say } = useSpeech();
  const { playbook } = stage;
  return (
    <Card
      size="small"
      title={texts.lifePlaybook}
      extra={
        <Link to="/activation">
          <Button size="small">{texts.lifeToTriggers}</Button>
        </Link>
      }
    >
      {playbook ? (
        <Space orientation="vertical" size={10} style={{ width: '100%' }}>
          <Typography.Text strong>{say(playbook.goal)}</Typography.Text>
          <ol style={{ margin: 0, paddingInlineStart: 20 }}>
            {playbook.actions.map((action) => (
              <li key={action.en}>{say(action)}</li>
            ))}
          </ol>
          <Table
            size="small"
            rowKey={({ title }) => title.en}
            pagination={false}
            dataSource={playbook.indicators}
            columns={[
              { title: texts.lifeIndicator, width: 150, render: (_, { title }) => say(title) },
              { title: texts.value, render: (_, __, i) => <FigureText figure={indicators[i] ?? UNTOLD} /> },
            ]}
          />
        </Space>
      ) : (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.lifeNoPlaybook} />
      )}
    </Card>
  );
}

const UNTOLD: Figure = { kind: 'untold' };
const round = (value: number) => (Math.round(value * 10) / 10).toLocaleString();

function FigureText({ figure }: { figure: Figure }) {
  const { texts, say } = useSpeech();
  switch (figure.kind) {
    case 'share':
      return (
        <Progress
          percent={100 * figure.share}
          strokeColor="#1f7a5c"
          format={() => `${round(100 * figure.share)}% / ${figure.of.toLocaleString()}`}
        />
      );
    case 'number':
    case 'days': {
      const [low, middle, high] = figure.quantiles;
      if (middle === undefined) return <Typography.Text type="secondary">{texts.tagNone}</Typography.Text>;
      const unit = figure.kind === 'days' ? ` ${texts.days}` : '';
      return (
        <Space size={6}>
          <strong>{`${round(middle)}${unit}`}</strong>
          <Typography.Text type="secondary">{`${round(low!)} – ${round(high!)}`}</Typography.Text>
        </Space>
      );
    }
    case 'values':
      return figure.top.length === 0 ? (
        <Typography.Text type="secondary">{texts.tagNone}</Typography.Text>
      ) : (
        <Space size={4} wrap>
          {figure.top.map(({ value, title, people }) => (
            <Tag key={JSON.stringify(value)}>{`${say(title) || textOf(value)} ${people.toLocaleString()}`}</Tag>
          ))}
        </Space>
      );
    case 'untold':
      return <Typography.Text type="secondary">{texts.lifeUntold}</Typography.Text>;
  }
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
