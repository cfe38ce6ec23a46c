import { useSpeech } from '../../../i18n/language.js';
import { Chart } from '../../../parts/chart.js';
import type { StageParts } from './stage-parts.js';

export function StageTrend({ stage, detail: { days, trend } }: StageParts) {
  const { say } = useSpeech();
  return (
    <Chart
      height={220}
      label={say(stage.title)}
      option={{
        grid: { left: 60, right: 20, top: 14, bottom: 26 },
        tooltip: { trigger: 'axis' },
        xAxis: { type: 'category', data: days },
        yAxis: { type: 'value', scale: true },
        series: [
          {
            name: say(stage.title),
            type: 'line',
            showSymbol: false,
            areaStyle: { opacity: 0.15 },
            itemStyle: { color: '#1f7a5c' },
            data: trend,
          },
        ],
      }}
    />
  );
}
