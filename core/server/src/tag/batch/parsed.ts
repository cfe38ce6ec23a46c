import { parsedValue, type SqlValue } from './value.sql.js';

/**
 * Pieces of JSON that a query reads, each as columns of its own: a subquery takes the piece out (`raw`), the one around it
 * tells what it is (`values`). Two steps, because an alias within one SELECT is written out wherever it is used.
 */
export class Parsed {
  private readonly columns = new Map<string, string>();

  constructor(
    private readonly prefix: string,
    private readonly rawOf: (key: string) => string,
  ) {}

  value(key: string): SqlValue {
    const column = this.columns.get(key) ?? `${this.prefix}${this.columns.size}`;
    this.columns.set(key, column);
    return columnsOf(column);
  }

  /** The pieces, as texts. */
  names(): string[] {
    return [...this.columns.values()];
  }

  raw(): string[] {
    return [...this.columns].map(([key, column]) => `${this.rawOf(key)} AS ${column}`);
  }

  values(): string[] {
    return [...this.columns.values()].flatMap((column) => selected(parsedValue(column), column));
  }
}

/** A value that stands in columns of an inner query. */
export const columnsOf = (name: string): SqlValue => ({ kind: `${name}k`, num: `${name}n`, text: `${name}t` });

/** The columns that `columnsOf` reads. */
export const selected = ({ kind, num, text }: SqlValue, name: string): string[] => [
  `toUInt8(${kind}) AS ${name}k`,
  `toFloat64(${num}) AS ${name}n`,
  `toString(${text}) AS ${name}t`,
];

export const select = (columns: string[], from: string): string => `SELECT ${columns.join(', ')} FROM (${from})`;

/** The rows of `from` with more columns. */
export const withColumns = (columns: string[], from: string): string => select(['*', ...columns], from);

/** Expressions that several aggregates need, each worked out once as a column of an inner query. */
export class Marks {
  private readonly columns = new Map<string, string>();

  of(expression: string): string {
    const column = this.columns.get(expression) ?? `w${this.columns.size}`;
    this.columns.set(expression, column);
    return column;
  }

  select(): string[] {
    return [...this.columns].map(([expression, column]) => `${expression} AS ${column}`);
  }
}
