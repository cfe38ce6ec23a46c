import type { EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef } from 'react';

/** A chart; the library comes in a piece of its own, after the page is there. */
export function Chart({
  option,
  height,
  onClick,
}: {
  option: EChartsCoreOption;
  height: number;
  onClick?: (name: string) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let dispose = () => undefined as void;
    let isGone = false;
    void import('./echarts.js').then(({ echarts }) => {
      if (isGone || !box.current) return;
      const chart = echarts.init(box.current);
      chart.setOption(option);
      chart.on('click', ({ data }) => onClick?.((data as { key?: string } | null)?.key ?? ''));
      const watcher = new ResizeObserver(() => chart.resize());
      watcher.observe(box.current);
      dispose = () => {
        watcher.disconnect();
        chart.dispose();
      };
    });
    return () => {
      isGone = true;
      dispose();
    };
  }, [option, onClick]);
  return <div ref={box} style={{ height, width: '100%' }} />;
}
