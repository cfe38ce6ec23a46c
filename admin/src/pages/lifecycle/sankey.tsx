import { Empty } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';
import { COLOURS } from './period.js';

export interface Link {
  from: string;
  to: string;
  value: number;
}

/** Flows from left to right; a name stands on one side only, so sides of one name are told apart by a blank. */
export function Sankey({ links, label, height = 420 }: { links: Link[]; label: string; height?: number }) {
  const { texts } = useSpeech();
  if (links.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.lifeNoFlows} />;
  const names = [...new Set(links.flatMap(({ from, to }) => [from, to]))];
  // One name has one colour on both sides.
  const plain = [...new Set(names.map((name) => name.trim()))];
  const colourOf = (name: string) => COLOURS[plain.indexOf(name.trim()) % COLOURS.length];
  return (
    <Chart
      height={height}
      label={label}
      option={{
        tooltip: { trigger: 'item' },
        series: [
          {
            type: 'sankey',
            left: 20,
            right: 140,
            top: 10,
            bottom: 10,
            nodeGap: 14,
            emphasis: { focus: 'adjacency' },
            lineStyle: { color: 'source', opacity: 0.35 },
            data: names.map((name) => ({ name, itemStyle: { color: colourOf(name) } })),
            links: links.map(({ from, to, value }) => ({ source: from, target: to, value })),
          },
        ],
      }}
    />
  );
}
