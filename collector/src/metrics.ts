/** Counters and gauges in Prometheus' text form. They are ours and few, so they need no library at the edge. */
export class Metrics {
  private readonly counters = new Map<string, Map<string, number>>();
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
    for (const [name, read] of this.gauges)
      lines.push(`# TYPE perennial_collector_${name} gauge`, `perennial_collector_${name} ${read()}`);
    return `${lines.join('\n')}\n`;
  }
}
