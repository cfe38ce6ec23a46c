import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';

interface ChartProps {
  option: EChartsCoreOption;
  height: number;
  /** Told the `key` of the datum that was clicked. */
  onClick?: (key: string) => void;
  /** What the picture shows, for those who do not see it. */
  label: string;
}

/** A chart; the library comes in a piece of its own, after the page is there. */
export function Chart({ option, height, onClick, label }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useEcharts(box);
  // The drawing stays when figures change: an open tooltip survives the overview's refreshing.
  useEffect(() => {
    chart?.setOption(option);
  }, [chart, option]);
  useEffect(() => {
    chart?.on('click', ({ data }) => onClick?.((data as { key?: string } | null)?.key ?? ''));
    return () => {
      if (!chart?.isDisposed()) chart?.off('click');
    };
  }, [chart, onClick]);
  return <div ref={box} role="img" aria-label={label} style={{ height, width: '100%' }} />;
}

function useEcharts(box: React.RefObject<HTMLDivElement | null>): EChartsType | undefined {
  const [chart, setChart] = useState<EChartsType>();
  useEffect(() => {
    let dispose = () => undefined as void;
    let isGone = false;
    void import('./echarts.js').then(({ echarts }) => {
      if (isGone || !box.current) return;
      const made = echarts.init(box.current);
      const watcher = new ResizeObserver(() => made.resize());
      watcher.observe(box.current);
      setChart(made);
      dispose = () => {
        watcher.disconnect();
        made.dispose();
      };
    });
    return () => {
      isGone = true;
      setChart(undefined);
      dispose();
    };
  }, [box]);
  return chart;
}
