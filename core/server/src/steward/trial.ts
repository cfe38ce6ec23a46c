import type { IdentityRules } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import {
  asAlias,
  Constraints,
  Graph,
  resolveClaim,
  rulebookOf,
  UNBIND,
  UNHELD,
  type Claim,
  type IdentifierRef,
  type Rulebook,
} from '../identity/index.js';
import { readConstraints, readVisitors, type Rulebooks } from '../identity/store/rulebook.store.js';
import { OPERATOR_SOURCE } from '../ingest/index.js';
import type { Warehouse } from '../warehouse/index.js';
import { compare, type Comparison } from './rules/trial.js';

export interface TrialTools {
  dataSource: DataSource;
  warehouse: Warehouse;
  rulebooks: Rulebooks;
}

/** What a trial found, with the identifiers in the order of the comparison. */
export interface Trial {
  comparison: Comparison;
  refs: IdentifierRef[];
  today: Uint32Array;
  after: Uint32Array;
  events: number;
  peakMemoryMb: number;
}

export interface Progress {
  (done: number, total: number): Promise<void>;
}

/** Thrown out of a run that was cancelled. */
export class Cancelled extends Error {}

const IDENTIFIERS_PER_PAGE = 10_000;
const SEQ_PER_PAGE = 50_000;

/**
 * Law 7: runs rules over the whole of history, identities alone, in memory; nothing is written. Rules that are in force
 * give the people of today. The thread is given back after every page, so that live traffic goes on meanwhile.
 */
export async function tryRules(
  { dataSource, warehouse, rulebooks }: TrialTools,
  rules: IdentityRules,
  progress: Progress,
  signal: AbortSignal,
): Promise<Trial> {
  const book = rulebookOf(
    0,
    rules,
    rulebooks.kinds,
    new Constraints(await readConstraints(dataSource.manager)),
    await readVisitors(dataSource.manager),
  );
  const known = await readIdentifiers(dataSource);
  const graph = new Graph();
  const memory = new Peak();
  const events = await hearAll(warehouse, known.refs, graph, book, async (done, total) => {
    if (signal.aborted) throw new Cancelled('cancelled');
    memory.look();
    await progress(done, total);
  });
  const refs = [...known.refs.values()];
  const after = Uint32Array.from(refs, ({ hash }) => graph.profileOf(hash) ?? UNHELD);
  return { comparison: compare(known.today, after), refs, today: known.today, after, events, peakMemoryMb: memory.mb };
}

async function readIdentifiers(dataSource: DataSource) {
  const refs = new Map<string, IdentifierRef>();
  const today: number[] = [];
  const sql = `SELECT hash, kind, namespace, profile_id FROM identifier WHERE hash > ? ORDER BY hash LIMIT ${IDENTIFIERS_PER_PAGE}`;
  for (let after = ''; ;) {
    const page = await dataSource.query<(IdentifierRef & { profile_id: number })[]>(sql, [after]);
    for (const { hash, kind, namespace, profile_id } of page) {
      refs.set(hash, { hash, kind, namespace });
      today.push(profile_id);
    }
    if (page.length < IDENTIFIERS_PER_PAGE) return { refs, today: Uint32Array.from(today) };
    after = page.at(-1)!.hash;
  }
}

interface ClaimRow {
  at: number;
  source_id: string;
  type: string;
  name: string;
  isForced: number;
  identifiers: string[];
}

/** Claims in the order in which they arrived. A page is a range of arrival numbers: each costs one look at that column. */
async function hearAll(
  warehouse: Warehouse,
  refs: ReadonlyMap<string, IdentifierRef>,
  graph: Graph,
  book: Rulebook,
  progress: Progress,
): Promise<number> {
  const [range] = await warehouse.rows<{ first: number; last: number; total: number }>(
    'SELECT min(seq) AS first, max(seq) AS last, count() AS total FROM person_events',
  );
  const { first, last, total } = range!;
  const sql = `SELECT toUnixTimestamp64Milli(at) AS at, source_id, type, name, identifiers,
      source_id = {operator:String} AND JSONExtractBool(properties, 'isForced') AS isForced
    FROM person_events WHERE seq >= {from:UInt64} AND seq < {to:UInt64} ORDER BY seq`;
  if (total === 0) return 0;
  let [heard, people] = [0, 0];
  for (let from = first; from <= last; from += SEQ_PER_PAGE) {
    const rows = await warehouse.rows<ClaimRow>(sql, { from, to: from + SEQ_PER_PAGE, operator: OPERATOR_SOURCE });
    for (const row of rows) {
      const claim = claimOf(row, refs);
      if (claim.identifiers.length > 0) resolveClaim(claim, graph, book, () => (people += 1));
    }
    heard += rows.length;
    await progress(heard, total);
  }
  return heard;
}

function claimOf(
  { at, source_id, type, name, isForced, identifiers }: ClaimRow,
  refs: ReadonlyMap<string, IdentifierRef>,
): Claim {
  const act = name === UNBIND ? 'unbind' : isForced ? 'force' : undefined;
  const stated = identifiers.flatMap((hash) => refs.get(hash) ?? []);
  return { at, sourceId: source_id, act, identifiers: type === 'alias' ? asAlias(stated) : stated };
}

/** The process's memory at its highest, as far as anybody looked. */
class Peak {
  mb = 0;

  look(): void {
    this.mb = Math.max(this.mb, Math.round(process.memoryUsage().rss / 2 ** 20));
  }
}
