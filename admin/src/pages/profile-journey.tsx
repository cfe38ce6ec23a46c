import type { Journey } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Card, Empty, Segmented, Space } from 'antd';
import { useState } from 'react';
import { get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { Chart } from '../parts/chart.js';
import { Load } from '../parts/load.js';
import { useSayPlace } from '../parts/use-stages.js';

const PERIODS = [30, 90, 365, 1_095];
const LANE_PX = 34;

/** A person's way on one time line: touch points by channel, moves, purchases, messages. */
export function ProfileJourney({ id }: { id: string }) {
  const { texts } = useSpeech();
  const [days, setDays] = useState(365);
  const journey = useQuery({
    queryKey: ['journey', id, days],
    queryFn: () => get<Journey>(`/profiles/${encodeURIComponent(id)}/journey?days=${days}`),
  });
  return (
    <Card
      size="small"
      title={texts.journey}
      extra={
        <Segmented
          size="small"
          value={days}
          options={PERIODS.map((value) => ({ value, label: texts.windowLast.replace('{n}', String(value)) }))}
          onChange={setDays}
        />
      }
    >
      <Load query={journey}>{(known) => <Lanes journey={known} />}</Load>
    </Card>
  );
}

interface Point {
  lane: string;
  at: number | string;
  size: number;
  text: string;
}

function Lanes({ journey }: { journey: Journey }) {
  const { texts } = useSpeech();
  const sayPlace = useSayPlace();
  const { touches, moves, orders, deliveries } = journey;
  if (touches.length + moves.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noStory} />;
  const channels = [...new Set(touches.map(({ channel }) => channel))];
  const lanes = [...channels, texts.kind_delivery, texts.journeyOrders, texts.stageHistory];
  const series: [string, string, string, Point[]][] = [
    [
      texts.kind_event,
      '#86c5a8',
      'circle',
      touches.map(({ day, channel, events, names }) => ({
        lane: channel,
        at: day,
        size: Math.min(26, 6 + 3 * Math.sqrt(events)),
        text: `${events} · ${names.join(', ')}`,
      })),
    ],
    [
      texts.kind_delivery,
      '#d9a441',
      'triangle',
      deliveries.map(({ at, destination, status }) => ({
        lane: texts.kind_delivery,
        at,
        size: 10,
        text: `${destination} ${status}`,
      })),
    ],
    [
      texts.journeyOrders,
      '#b0694a',
      'diamond',
      orders.map(({ at, name, amount }) => ({
        lane: texts.journeyOrders,
        at,
        size: 13,
        text: `${name} ${amount?.toLocaleString() ?? ''}`,
      })),
    ],
    [
      texts.stageHistory,
      '#1f7a5c',
      'rect',
      moves.map(({ at, lifecycle, from, to }) => ({
        lane: texts.stageHistory,
        at,
        size: 11,
        text: `${from === '' ? '–' : sayPlace(lifecycle, from)} → ${sayPlace(lifecycle, to)}`,
      })),
    ],
  ];
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Chart
        key={lanes.join('|')}
        height={110 + LANE_PX * lanes.length}
        label={texts.journey}
        option={{
          grid: { left: 130, right: 30, top: 40, bottom: 40 },
          legend: { top: 0 },
          // Names come from clients: as drawn text they cannot become markup.
          tooltip: {
            trigger: 'item',
            renderMode: 'richText',
            formatter: ({ data }: { data: { text: string } }) => data.text,
          },
          xAxis: { type: 'time' },
          yAxis: { type: 'category', data: lanes, inverse: true, splitLine: { show: true } },
          series: series.map(([name, color, symbol, points]) => ({
            name,
            type: 'scatter',
            symbol,
            itemStyle: { color, opacity: 0.85 },
            data: points.map(({ lane, at, size, text }) => ({ value: [at, lane], symbolSize: size, text })),
          })),
        }}
      />
    </Space>
  );
}
