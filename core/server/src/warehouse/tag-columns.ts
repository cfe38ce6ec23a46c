import type { TagDefinition } from '@perennial/contract';
import { createHash } from 'node:crypto';
import { quoteName, quoteText } from './sql-text.js';
import type { Warehouse } from './warehouse.js';

/** How a tag stands in a column of its own. */
export interface TagColumn {
  /** Quoted, ready for SQL. */
  sql: string;
  /** `number`: Float64, NaN where there is none. `json`: the value's JSON, empty where there is none. */
  form: 'number' | 'json';
}

type Tag = Pick<TagDefinition, 'key' | 'valueType'>;

/** Few different values: stored as numbers of a dictionary, and compared as such. */
const WORDS: readonly TagDefinition['valueType'][] = ['boolean', 'enum'];

/**
 * Tags as columns of the snapshots: a rule that reads six of a hundred tags then reads six columns, not a map of a hundred
 * texts (a tenth of the time). They are computed from the map when a snapshot is written; older snapshots compute them
 * when they are read, until `MATERIALIZE` has written them out. So a column is right from the moment it exists, and a
 * rule about a tag that has none yet reads the map.
 */
export class TagColumns {
  private known: ReadonlySet<string> = new Set();

  constructor(private readonly warehouse: Warehouse) {}

  of(tag: Tag): TagColumn | undefined {
    const column = columnOf(tag);
    return this.known.has(column.name) ? { sql: quoteName(column.name), form: column.form } : undefined;
  }

  /** Makes what is missing. Writing out what older snapshots lack goes on in the background. */
  async ensure(tags: readonly Tag[]): Promise<void> {
    const present = await this.present();
    const columns = tags.map(columnOf);
    const missing = columns.filter(({ name }) => !present.has(name));
    const changes = missing.flatMap(({ name, type, value }) => [
      `ADD COLUMN IF NOT EXISTS ${quoteName(name)} ${type} MATERIALIZED ${value}`,
      `MATERIALIZE COLUMN ${quoteName(name)}`,
    ]);
    if (changes.length > 0) await this.warehouse.command(`ALTER TABLE profiles ${changes.join(', ')}`);
    this.known = new Set([...present, ...columns.map(({ name }) => name)]);
  }

  private async present(): Promise<Set<string>> {
    const rows = await this.warehouse.rows<{ name: string }>(
      "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'profiles' AND startsWith(name, 'tag_')",
    );
    return new Set(rows.map(({ name }) => name));
  }
}

interface Column {
  name: string;
  form: TagColumn['form'];
  type: string;
  value: string;
}

/** A definition that takes another type has another column, so that no column ever changes its meaning. */
function columnOf({ key, valueType }: Tag): Column {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
  const held = `tags[${quoteText(key)}]`;
  if (valueType === 'number' || valueType === 'date')
    return {
      name: `tag_${hash}_n`,
      form: 'number',
      type: 'Float64',
      value: `if(${held} = '', nan, toFloat64OrZero(${held}))`,
    };
  const type = WORDS.includes(valueType) ? 'LowCardinality(String)' : 'String';
  return { name: `tag_${hash}_${WORDS.includes(valueType) ? 'w' : 'j'}`, form: 'json', type, value: held };
}
