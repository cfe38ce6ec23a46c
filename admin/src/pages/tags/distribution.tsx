import type { Distribution, Json, TagDefinition } from '@perennial/contract';
import { Empty, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';

const COLOURS = ['#b9c1bd', '#1f7a5c'];

/** How many people have which value; two sides lie beside each other, before and after. */
export function DistributionChart({ sides, definition }: { sides: Distribution[]; definition: TagDefinition }) {
  const { texts, say } = useSpeech();
  const names = sides.length === 1 ? [texts.tagBefore] : [texts.tagBefore, texts.tagAfter];
  const labels = sides[0]?.bands
    ? sides[0].bands.map(({ from, to }) => `${show(from, definition)} – ${show(to, definition)}`)
    : [...new Set(sides.flatMap(({ values = [] }) => values.map(({ value, title }) => say(title) || textOf(value))))];
  const people = (side: Distribution) =>
    side.bands
      ? side.bands.map((band) => band.people)
      : labels.map(
          (label) => side.values?.find(({ value, title }) => (say(title) || textOf(value)) === label)?.people ?? 0,
        );
  if (labels.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.tagNone} />;
  const option = {
    grid: { left: 60, right: 20, top: 30, bottom: 60 },
    legend: { top: 0 },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'category', data: labels, axisLabel: { rotate: labels.length > 8 ? 35 : 0 } },
    yAxis: { type: 'value' },
    series: sides.map((side, i) => ({
      name: names[i],
      type: 'bar',
      barMaxWidth: 28,
      itemStyle: { color: COLOURS[sides.length === 1 ? 1 : i] },
      data: people(side),
    })),
  };
  return (
    <>
      <Chart option={option} height={280} label={texts.tagDistribution} />
      <Typography.Text type="secondary">
        {sides.map(({ none }, i) => `${names[i]}：${texts.tagNone} ${none.toLocaleString()}`).join(' · ')}
      </Typography.Text>
    </>
  );
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

const show = (value: number, { valueType }: TagDefinition): string =>
  valueType === 'date' ? new Date(value).toISOString().slice(0, 10) : String(Math.round(value * 100) / 100);
