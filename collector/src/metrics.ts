/** What each tells, for whoever meets it in a dashboard. A name that is not here does not compile. */
const HELP = {
  events_total: 'Events by what became of them: accepted, refused with a code, or dropped',
  requests_turned_total: 'Requests turned away as a whole, by the code of the answer',
  plan_findings_total: 'Departures from plans of events, by code',
  scrubbed_values_total: 'Values that were taken out before anything was kept',
  forward_seconds: 'How long core or NATS took to acknowledge a lot',
  forwarded_lots_total: 'Lots that core or NATS acknowledged',
  forwarded_bytes_total: 'Bytes of the log that core or NATS acknowledged',
  forward_failures_total: 'Tries to hand a lot over that failed',
  checkpoints_unwritten_total: 'Checkpoints that the disk did not take; a little is sent again after a restart',
  spool_damaged_bytes_total: 'Bytes of the spool that were damaged and moved aside',
  spool_backlog_bytes: 'Bytes that wait for core or NATS on the disk',
  spool_oldest_age_seconds: 'How long the first request that waits has been waiting',
  in_flight_bytes: 'Bytes of bodies that are being received or judged',
  write_keys: 'Write keys that are known',
} as const;

export type MetricName = keyof typeof HELP;

/** Of the text form that Prometheus reads. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const about = (name: MetricName, type: 'counter' | 'gauge' | 'histogram'): string[] => [
  `# HELP perennial_collector_${name} ${HELP[name]}`,
  `# TYPE perennial_collector_${name} ${type}`,
];

interface Times {
  buckets: number[];
  sum: number;
  count: number;
}

const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

function histogram(metric: MetricName, { buckets, sum, count }: Times): string[] {
  const name = `perennial_collector_${metric}`;
  let below = 0;
  const lines = buckets.map((some, at) => `${name}_bucket{le="${BOUNDS[at]}"} ${(below += some)}`);
  return [
    ...about(metric, 'histogram'),
    ...lines,
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum}`,
    `${name}_count ${count}`,
  ];
}

/** Counters, gauges and times in Prometheus' text form. They are ours and few, so they need no library at the edge. */
export class Metrics {
  private readonly counters = new Map<MetricName, Map<string, number>>();
  private readonly times = new Map<MetricName, Times>();
  private readonly gauges = new Map<MetricName, () => number>();

  /** `labels` in the text form, e.g. `code="X"`; only words of ours go in, never anything that a client sent. */
  count(name: MetricName, by = 1, labels = ''): void {
    const series = this.counters.get(name) ?? new Map<string, number>();
    series.set(labels, (series.get(labels) ?? 0) + by);
    this.counters.set(name, series);
  }

  gauge(name: MetricName, read: () => number): void {
    this.gauges.set(name, read);
  }

  /** How long something took, by upper bounds in seconds, so that the slowest hundredth can be told. */
  observe(name: MetricName, seconds: number): void {
    const series = this.times.get(name) ?? { buckets: BOUNDS.map(() => 0), sum: 0, count: 0 };
    this.times.set(name, series);
    const at = BOUNDS.findIndex((bound) => seconds <= bound);
    if (at >= 0) series.buckets[at]! += 1;
    series.sum += seconds;
    series.count += 1;
  }

  value(name: MetricName, labels = ''): number {
    return this.counters.get(name)?.get(labels) ?? 0;
  }

  text(): string {
    const lines: string[] = [];
    for (const [name, series] of this.counters) {
      lines.push(...about(name, 'counter'));
      for (const [labels, value] of series)
        lines.push(`perennial_collector_${name}${labels && `{${labels}}`} ${value}`);
    }
    for (const [name, times] of this.times) lines.push(...histogram(name, times));
    for (const [name, read] of this.gauges)
      lines.push(...about(name, 'gauge'), `perennial_collector_${name} ${read()}`);
    return `${lines.join('\n')}\n`;
  }
}
