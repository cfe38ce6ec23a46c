import type { Journey } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Card, Empty, Segmented } from 'antd';
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
  /** Written beside the point. */
  label?: string;
}

interface Series {
  name: string;
  color: string;
  symbol: string;
  points: Point[];
}

function Lanes({ journey }: { journey: Journey }) {
  const { texts } = useSpeech();
  const series = useSeries(journey);
  if (journey.touches.length + journey.moves.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noStory} />;
  const lanes = [...new Set(series.flatMap(({ points }) => points.map(({ lane }) => lane)))];
  return (
    <Chart
      key={lanes.join('|')}
      height={110 + LANE_PX * lanes.length}
      label={texts.journey}
      option={{
        animation: false,
        grid: { left: 130, right: 90, top: 40, bottom: 40 },
        legend: { top: 0 },
        // Names come from clients: as drawn text they cannot become markup.
        tooltip: {
          trigger: 'item',
          renderMode: 'richText',
          formatter: ({ data }: { data: { text: string } }) => data.text,
        },
        xAxis: { type: 'time' },
        yAxis: { type: 'category', data: lanes, inverse: true, splitLine: { show: true } },
        series: series.map(drawn),
      }}
    />
  );
}

/** A lane for each channel, then messages, purchases and moves; lanes without anything are not drawn. */
function useSeries({ touches, moves, orders, deliveries }: Journey): Series[] {
  const { texts } = useSpeech();
  const sayPlace = useSayPlace();
  const touched = touches.map(({ day, channel, events, names }) => ({
    lane: channel,
    at: day,
    size: Math.min(26, 6 + 3 * Math.sqrt(events)),
    text: `${day} · ${events} · ${names.join(', ')}`,
  }));
  const sent = deliveries.map(({ at, destination, status }) => ({
    lane: texts.kind_delivery,
    at,
    size: 10,
    text: `${timeOf(at)} · ${destination} ${status}`,
  }));
  const bought = orders.map(({ at, name, amount }) => ({
    lane: texts.journeyOrders,
    at,
    size: 13,
    text: `${timeOf(at)} · ${name} ${amount?.toLocaleString() ?? ''}`,
  }));
  const moved = moves.map(({ at, lifecycle, from, to }) => ({
    lane: texts.stageHistory,
    at,
    size: 11,
    text: `${timeOf(at)} · ${from === '' ? '–' : sayPlace(lifecycle, from)} → ${sayPlace(lifecycle, to)}`,
    // Of a place with a sub-stage its last word says enough.
    label: sayPlace(lifecycle, to).split(' · ').at(-1)!,
  }));
  return [
    { name: texts.kind_event, color: '#86c5a8', symbol: 'circle', points: touched },
    { name: texts.kind_delivery, color: '#d9a441', symbol: 'triangle', points: sent },
    { name: texts.journeyOrders, color: '#b0694a', symbol: 'diamond', points: bought },
    { name: texts.stageHistory, color: '#1f7a5c', symbol: 'rect', points: moved },
  ].filter(({ points }) => points.length > 0);
}

const drawn = ({ name, color, symbol, points }: Series) => ({
  name,
  type: 'scatter',
  symbol,
  itemStyle: { color, opacity: 0.85 },
  label: {
    position: 'top',
    formatter: ({ data }: { data: { label?: string } }) => data.label ?? '',
    show: points.some(({ label }) => label !== undefined),
  },
  labelLayout: { hideOverlap: true },
  data: points.map(({ lane, at, size, text, label }) => ({ value: [at, lane], symbolSize: size, text, label })),
});

const timeOf = (at: number): string => new Date(at).toLocaleString();
