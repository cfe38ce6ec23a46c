import { Link } from '@tanstack/react-router';
import { Alert, Card, Space, Spin, Statistic, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';
import { useErrorText } from '../../parts/load.js';
import type { Preview } from './use-preview.js';

/** Who a rule holds: how many, where they stand, some of them, and the rule in words. */
export function PreviewPanel({ preview: { answer, problems, error, isCounting } }: { preview: Preview }) {
  const { texts, say } = useSpeech();
  const sayError = useErrorText();
  return (
    <Card size="small" title={texts.audPeople} extra={isCounting && <Spin size="small" />} aria-busy={isCounting}>
      <Space orientation="vertical" size={10} style={{ width: '100%' }}>
        {problems.map(({ path, message }) => (
          <Alert key={path} type="warning" showIcon title={`${say(message)}（${path}）`} />
        ))}
        {error !== undefined && <Alert type="error" showIcon title={sayError(error)} />}
        {!answer && problems.length === 0 && error === undefined && (
          <Typography.Text type="secondary">{isCounting ? texts.audCounting : texts.ruleEmptyGroup}</Typography.Text>
        )}
        {answer && (
          <>
            <Statistic value={answer.people} />
            <Typography.Text type="secondary">
              {texts.audOf
                .replace('{n}', answer.total.toLocaleString())
                .replace('{p}', share(answer.people, answer.total))}
              {` · ${answer.ms} ms`}
            </Typography.Text>
            <Typography.Paragraph style={{ margin: 0 }}>{say(answer.words)}</Typography.Paragraph>
            {answer.stages.length > 0 && <Stages stages={answer.stages} />}
            <Space wrap size={4}>
              {answer.sample.map(({ profile, displayName }) => (
                <Link key={profile} to="/profiles/$id" params={{ id: profile }}>
                  {displayName ?? profile}
                </Link>
              ))}
            </Space>
          </>
        )}
      </Space>
    </Card>
  );
}

const share = (part: number, whole: number): string => (whole === 0 ? '0%' : `${((100 * part) / whole).toFixed(1)}%`);

function Stages({ stages }: { stages: { stage: string; title: { zh: string; en: string }; people: number }[] }) {
  const { texts, say } = useSpeech();
  const shown = stages.toReversed();
  const option = {
    grid: { left: 90, right: 60, top: 4, bottom: 4 },
    xAxis: { type: 'value', show: false },
    yAxis: {
      type: 'category',
      data: shown.map(({ title }) => say(title)),
      axisLine: { show: false },
      axisTick: { show: false },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 14,
        itemStyle: { color: '#1f7a5c' },
        label: { show: true, position: 'right' },
        data: shown.map(({ people }) => people),
      },
    ],
  };
  return <Chart option={option} height={16 + shown.length * 24} label={texts.audByStage} />;
}
