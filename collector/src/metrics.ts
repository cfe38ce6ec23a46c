interface Times {
  buckets: number[];
  sum: number;
  count: number;
}

const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

function histogram(name: string, { buckets, sum, count }: Times): string[] {
  let below = 0;
  const lines = buckets.map((some, at) => `${name}_bucket{le="${BOUNDS[at]}"} ${(below += some)}`);
  return [
    `# TYPE ${name} histogram`,
    ...lines,
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum}`,
    `${name}_count ${count}`,
  ];
}

/** Counters, gauges and times in Prometheus' text form. They are ours and few, so they need no library at the edge. */
export class Metrics {
  private readonly counters = new Map<string, Map<string, number>>();
  private readonly times = new Map<string, Times>();
  private readonly gauges = new Map<string, () => number>();

  /** `labels` in the text form, e.g. `code="X"`; only words of ours go in, never anything that a client sent. */
  count(name: string, by = 1, labels = ''): void {
    const series = this.counters.get(name) ?? new Map<string, number>();
    series.set(labels, (series.get(labels) ?? 0) + by);
    this.counters.set(name, series);
  }

  gauge(name: string, read: () => number): void {
    this.gauges.set(name, read);
  }

  /** How long something took, by upper bounds in seconds, so that the slowest hundredth can be told. */
  observe(name: string, seconds: number): void {
    const series = this.times.get(name) ?? { buckets: BOUNDS.map(() => 0), sum: 0, count: 0 };
    this.times.set(name, series);
    const at = BOUNDS.findIndex((bound) => seconds <= bound);
    if (at >= 0) series.buckets[at]! += 1;
    series.sum += seconds;
    series.count += 1;
  }

  value(name: string, labels = ''): number {
    return this.counters.get(name)?.get(labels) ?? 0;
  }

  text(): string {
    const lines: string[] = [];
    for (const [name, series] of this.counters) {
      lines.push(`# TYPE perennial_collector_${name} counter`);
      for (const [labels, value] of series)
        lines.push(`perennial_collector_${name}${labels && `{${labels}}`} ${value}`);
    }
    for (const [name, times] of this.times) lines.push(...histogram(`perennial_collector_${name}`, times));
    for (const [name, read] of this.gauges)
      lines.push(`# TYPE perennial_collector_${name} gauge`, `perennial_collector_${name} ${read()}`);
    return `${lines.join('\n')}\n`;
  }
}
