import type { TrialResult } from '@perennial/contract';
import { Alert, Card, Col, Row, Space, Statistic } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';
import { Nodes, ProfileLink } from './parts.js';

/** What rules would do to the people of today. */
export function TrialReport({ result }: { result: TrialResult }) {
  const { texts } = useSpeech();
  const figures: [string, number][] = [
    [texts.peopleBefore, result.peopleBefore],
    [texts.peopleAfter, result.peopleAfter],
    [texts.trialMerged, result.merged],
    [texts.trialParted, result.parted],
    [texts.trialEvents, result.events],
  ];
  const isSame = result.merged === 0 && result.parted === 0 && result.peopleBefore === result.peopleAfter;
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Row gutter={12}>
        {figures.map(([title, value]) => (
          <Col key={title} flex={1}>
            <Statistic title={title} value={value} />
          </Col>
        ))}
      </Row>
      {isSame && <Alert type="success" title={texts.trialSame} />}
      <Row gutter={16}>
        <Col span={12}>
          <Examples
            title={texts.mergesShown}
            groups={result.merges.map(({ profiles, by }) => ({ profiles, parts: [by] }))}
          />
        </Col>
        <Col span={12}>
          <Examples
            title={texts.splitsShown}
            groups={result.splits.map(({ profileId, parts }) => ({ profiles: [profileId], parts }))}
          />
        </Col>
      </Row>
      <Largest result={result} />
    </Space>
  );
}

interface ExamplesProps {
  title: string;
  groups: { profiles: string[]; parts: TrialResult['splits'][number]['parts'] }[];
}

function Examples({ title, groups }: ExamplesProps) {
  return (
    <Card size="small" title={`${title} (${groups.length})`} styles={{ body: { maxHeight: 300, overflow: 'auto' } }}>
      {groups.map(({ profiles, parts }) => (
        <div key={profiles.join()} style={{ borderBottom: '1px solid #f0f0f0', padding: '8px 0' }}>
          <Space wrap>
            {profiles.map((id) => (
              <ProfileLink key={id} id={id} />
            ))}
          </Space>
          <div
            style={{
              display: 'grid',
              gridTemplateColumns: `repeat(${Math.min(3, parts.length)}, minmax(0, 1fr))`,
              gap: 8,
            }}
          >
            {parts.map((nodes, n) => (
              <Nodes key={nodes[0]?.id ?? n} nodes={nodes} />
            ))}
          </div>
        </div>
      ))}
    </Card>
  );
}

function Largest({ result: { largest } }: { result: TrialResult }) {
  const { texts } = useSpeech();
  const size = Math.max(largest.before.length, largest.after.length);
  if (size === 0) return null;
  const option = {
    grid: { left: 48, right: 8, top: 30, bottom: 24 },
    legend: { top: 0 },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'category', data: Array.from({ length: size }, (_, n) => String(n + 1)) },
    yAxis: { type: 'value', minInterval: 1 },
    series: [
      { name: texts.before, type: 'bar', data: largest.before, itemStyle: { color: '#b9c1bd' } },
      { name: texts.after, type: 'bar', data: largest.after, itemStyle: { color: '#1f7a5c' } },
    ],
  };
  return (
    <Card size="small" title={texts.largestGroups}>
      <Chart option={option} height={200} label={texts.largestGroups} />
    </Card>
  );
}
