/** Values of a query as ClickHouse parameters, so that no value ever becomes SQL text (law 8). */
export class Params {
  readonly values: Record<string, unknown> = {};
  private readonly known = new Map<string, string>();

  text(value: string): string {
    return this.bind(value, 'String');
  }

  number(value: number): string {
    return this.bind(value, 'Float64');
  }

  /** Whole numbers: instants, counts. */
  whole(value: number): string {
    return this.bind(value, 'Int64');
  }

  texts(values: readonly string[]): string {
    return this.bind([...values], 'Array(String)');
  }

  numbers(values: readonly number[]): string {
    return this.bind([...values], 'Array(Float64)');
  }

  /** The same value is bound once. */
  private bind(value: unknown, type: string): string {
    const text = `${type}:${JSON.stringify(value)}`;
    const known = this.known.get(text);
    if (known) return known;
    const name = `v${this.known.size}`;
    const sql = `{${name}:${type}}`;
    this.values[name] = value;
    this.known.set(text, sql);
    return sql;
  }
}
