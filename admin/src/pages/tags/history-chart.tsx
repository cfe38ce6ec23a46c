import type { TagDefinition, TagHistory } from '@perennial/contract';
import { Space, Tag, Tooltip } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';

const SHIFT = 0.1;
const LARGE_SHIFT = 0.25;
const GREEN = '#1f7a5c';

/** How many had which value, day by day; how many changed; how far the distribution has drifted. */
export function HistoryChart({ history, definition }: { history: TagHistory; definition: TagDefinition }) {
  const { texts, say } = useSpeech();
  const { days, drift } = history;
  const values = [...new Set(days.flatMap((day) => Object.keys(day.values ?? {})))];
  const nameOf = (value: string) =>
    say(definition.values?.find((known) => String(known.value) === value)?.title) || value;
  const lines =
    values.length > 0
      ? values.map((value) => ({
          name: nameOf(value),
          type: 'line',
          stack: 'people',
          areaStyle: {},
          showSymbol: false,
          data: days.map((day) => day.values?.[value] ?? 0),
        }))
      : [
          {
            name: texts.peopleWith,
            type: 'line',
            showSymbol: false,
            data: days.map(({ people }) => people),
            itemStyle: { color: GREEN },
          },
        ];
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      {drift !== undefined && (
        <Tooltip title={texts.driftHint}>
          <Tag color={drift > LARGE_SHIFT ? 'red' : drift > SHIFT ? 'gold' : 'green'}>{`${texts.drift} ${drift}`}</Tag>
        </Tooltip>
      )}
      <Chart
        height={260}
        label={texts.tagHistory}
        option={{
          grid: { left: 60, right: 50, top: 30, bottom: 30 },
          legend: { top: 0, type: 'scroll' },
          tooltip: { trigger: 'axis' },
          xAxis: { type: 'category', data: days.map(({ day }) => day) },
          yAxis: [
            { type: 'value', min: 0 },
            { type: 'value', min: 0 },
          ],
          series: [
            ...lines,
            {
              name: texts.tagChanged,
              type: 'bar',
              yAxisIndex: 1,
              data: days.map(({ changes }) => changes),
              itemStyle: { color: '#d9c48a' },
            },
          ],
        }}
      />
    </Space>
  );
}
