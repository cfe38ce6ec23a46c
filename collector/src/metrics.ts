/** Counters and gauges in Prometheus' text form. Names are ours and few, so they need no library at the edge. */
export class Metrics {
  private readonly counters = new Map<string, number>();
  private readonly gauges = new Map<string, () => number>();

  count(name: string, by = 1): void {
    this.counters.set(name, (this.counters.get(name) ?? 0) + by);
  }

  gauge(name: string, read: () => number): void {
    this.gauges.set(name, read);
  }

  value(name: string): number {
    return this.counters.get(name) ?? 0;
  }

  text(): string {
    const counters = [...this.counters].map(
      ([name, value]) => `perennial_collector_events_total{outcome="${name}"} ${value}\n`,
    );
    const gauges = [...this.gauges].map(
      ([name, read]) => `# TYPE perennial_collector_${name} gauge\nperennial_collector_${name} ${read()}\n`,
    );
    return `# TYPE perennial_collector_events_total counter\n${counters.join('')}${gauges.join('')}`;
  }
}
