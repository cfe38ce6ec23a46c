import type { EventFilter, EventTest } from '@perennial/contract';
import type { Params } from '../../warehouse/index.js';
import { testSql } from './test.sql.js';
import { parsedValue, type SqlValue } from './value.sql.js';

/** The properties that a query reads of events: each is taken out of the JSON once, as columns of its own. */
export class Properties {
  private readonly columns = new Map<string, string>();

  constructor(private readonly params: Params) {}

  /** The value at a path; its columns stand in `select`. */
  value(path: string): SqlValue {
    const column = this.columns.get(path) ?? `p${this.columns.size}`;
    this.columns.set(path, column);
    return { kind: `${column}k`, num: `${column}n`, text: `${column}t` };
  }

  /** Columns for the innermost query over events. */
  select(): string[] {
    return [...this.columns].flatMap(([path, column]) => {
      const keys = path.split('.').map((key) => this.params.text(key));
      const { kind, num, text } = parsedValue(column);
      return [
        `JSONExtractRaw(properties, ${keys.join(', ')}) AS ${column}`,
        `${kind} AS ${column}k`,
        `${num} AS ${column}n`,
        `${text} AS ${column}t`,
      ];
    });
  }
}

/** Whether an event is meant by the filter. */
export function filterSql({ names, where = [] }: EventFilter, properties: Properties, params: Params): string {
  return [`has(${params.texts(names)}, name)`, ...where.map((test) => eventTestSql(test, properties, params))].join(
    ' AND ',
  );
}

function eventTestSql(test: EventTest, properties: Properties, params: Params): string {
  const each = (tests: EventTest[]) => tests.map((part) => eventTestSql(part, properties, params));
  if ('all' in test) return test.all.length > 0 ? `(${each(test.all).join(' AND ')})` : '1';
  if ('any' in test) return test.any.length > 0 ? `(${each(test.any).join(' OR ')})` : '0';
  if ('not' in test) return `(NOT ${eventTestSql(test.not, properties, params)})`;
  return testSql(test.test, properties.value(test.property), 0, params);
}
