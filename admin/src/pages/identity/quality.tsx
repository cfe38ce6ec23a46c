import type { IdentityQuality, SourceQuality } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Card, Col, Empty, Row, Space, Statistic, Table, Tag, Typography } from 'antd';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';
import { Load } from '../../parts/load.js';
import { colourOf, ProfileLink } from './parts.js';

/** How far One ID can be trusted, and where to begin mending. */
export function QualityTab() {
  const quality = useQuery({ queryKey: ['quality'], queryFn: () => get<IdentityQuality>('/identity/quality') });
  return <Load query={quality}>{(data) => <Board quality={data} />}</Load>;
}

const HOUR = 3_600_000;

function Board({ quality }: { quality: IdentityQuality }) {
  const { texts, say } = useSpeech();
  const share = quality.people === 0 ? 0 : quality.identified / quality.people;
  const age = quality.conflicts.medianAgeMs;
  const cards: [string, string | number][] = [
    [texts.quality_people, quality.people.toLocaleString()],
    [texts.quality_identified, `${(share * 100).toFixed(1)}%`],
    [texts.quality_open, quality.conflicts.open.toLocaleString()],
    [texts.quality_medianAge, age === undefined ? '–' : `${Math.round(age / HOUR).toLocaleString()} h`],
    [texts.quality_barred, quality.barred.toLocaleString()],
  ];
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Row gutter={12}>
        {cards.map(([title, value]) => (
          <Col key={title} flex={1}>
            <Card size="small">
              <Statistic title={title} value={value} />
            </Card>
          </Col>
        ))}
      </Row>
      <Row gutter={16}>
        <Col span={12}>
          <Card size="small" title={texts.qualitySources}>
            {quality.sources.length === 0 ? (
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noSources} />
            ) : (
              <Shares sources={quality.sources} />
            )}
          </Card>
        </Col>
        <Col span={12}>
          <Card size="small" title={texts.qualityMend}>
            <Advice sources={quality.sources} />
          </Card>
        </Col>
      </Row>
      <Row gutter={16}>
        <Col span={12}>
          <Card size="small" title={texts.qualityKinds}>
            <Table
              size="small"
              pagination={false}
              rowKey="key"
              dataSource={quality.kinds}
              columns={[
                {
                  title: texts.kindTitle,
                  render: (_, { key, title }) => <Tag color={colourOf(key)}>{say(title)}</Tag>,
                },
                { title: texts.qualityValues, align: 'right', render: (_, { values }) => values.toLocaleString() },
                { title: texts.people, align: 'right', render: (_, { people }) => people.toLocaleString() },
                { title: texts.qualityLargest, align: 'right', dataIndex: 'largest' },
              ]}
            />
          </Card>
        </Col>
        <Col span={12}>
          <Space orientation="vertical" size={16} style={{ width: '100%' }}>
            <Estimate
              title={`${texts.quality_over} ${quality.overMerged.people.toLocaleString()}`}
              why={say(quality.overMerged.why)}
              examples={quality.overMerged.examples.map((id) => [id])}
            />
            <Estimate
              title={`${texts.quality_under} ${quality.underMerged.pairs.toLocaleString()}`}
              why={say(quality.underMerged.why)}
              examples={quality.underMerged.examples}
            />
          </Space>
        </Col>
      </Row>
    </Space>
  );
}

function Shares({ sources }: { sources: SourceQuality[] }) {
  const { texts } = useSpeech();
  const shown = sources.slice(0, 12).toReversed();
  const option = {
    grid: { left: 130, right: 56, top: 8, bottom: 24 },
    xAxis: { type: 'value', min: 0, max: 100, axisLabel: { formatter: '{value}%' } },
    yAxis: { type: 'category', data: shown.map(({ title }) => title), axisLabel: { width: 120, overflow: 'truncate' } },
    tooltip: { trigger: 'item' },
    series: [
      {
        type: 'bar',
        barMaxWidth: 18,
        label: { show: true, position: 'right', formatter: '{c}%' },
        data: shown.map(({ identifiedShare }) => ({
          value: Math.round(identifiedShare * 1000) / 10,
          itemStyle: { color: identifiedShare < 0.5 ? '#d08770' : '#1f7a5c' },
        })),
      },
    ],
  };
  return <Chart option={option} height={40 + Math.max(60, shown.length * 34)} label={texts.qualitySources} />;
}

function Advice({ sources }: { sources: SourceQuality[] }) {
  const { texts } = useSpeech();
  return (
    <Table<SourceQuality>
      size="small"
      pagination={false}
      rowKey="sourceId"
      dataSource={sources.toSorted((a, b) => gain(b) - gain(a))}
      columns={[
        { title: texts.source, width: 150, dataIndex: 'title', ellipsis: true },
        {
          title: texts.qualityMend,
          render: (_, { advice }) =>
            advice.length === 0 ? (
              <Typography.Text type="secondary">{texts.adviceNone}</Typography.Text>
            ) : (
              advice.map(({ code, count }) => (
                <div key={code}>{texts[`advice_${code}`].replace('{n}', count.toLocaleString())}</div>
              ))
            ),
        },
      ]}
    />
  );
}

const gain = ({ advice }: SourceQuality): number => advice.reduce((sum, { count }) => sum + count, 0);

function Estimate({ title, why, examples }: { title: string; why: string; examples: string[][] }) {
  const { texts } = useSpeech();
  return (
    <Card size="small" title={title}>
      <Typography.Text type="secondary">{why}</Typography.Text>
      {examples.length > 0 && (
        <div style={{ marginTop: 8 }}>
          {`${texts.examples}: `}
          <Space wrap size={10}>
            {examples.map((ids) => (
              <span key={ids.join('+')}>
                {ids.map((id, n) => (
                  <span key={id}>
                    {n > 0 && ' + '}
                    <ProfileLink id={id} />
                  </span>
                ))}
              </span>
            ))}
          </Space>
        </div>
      )}
    </Card>
  );
}
