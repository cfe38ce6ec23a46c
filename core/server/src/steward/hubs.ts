import type { HubPreview, HubView } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import { insertIgnoreRows, selectIn, upsertRows } from '../database/index.js';
import { isWeak, type Rulebook } from '../identity/index.js';
import { UNSTATED_SQL } from '../identity/store/identifier.store.js';
import type { IngestTools } from '../ingest/index.js';
import { heirsOf, type Acts } from './acts.js';
import type { IdentityViews } from './identity.views.js';
import type { Regroup } from './regroup.js';
import { publicId } from '../profile/profile.id.js';

interface Tools {
  dataSource: DataSource;
  regroup: Regroup;
  acts: Acts;
  identityViews: IdentityViews;
  ingestTools: () => IngestTools;
  onError: (error: unknown) => void;
}

interface Met {
  hash: string;
  people: number;
  lastMetAt: number;
}

const LINKS_PER_LOOK = 1_000;
/** Fewer than this is a family or a second phone, and not worth a row. */
const WORTH_A_ROW = 3;
const BY_RULE = 'people_per_value';

/**
 * Law 4 for values that turn out to be nobody's: a shop's phone, a counter's tablet. Links are looked at as they are
 * learned, a thousand at a time, so that nothing is scanned; a value beyond its kind's limit is barred and whoever it
 * joined is resolved anew without it.
 */
export class Hubs {
  constructor(private readonly tools: Tools) {}

  /** Looks at what was learned since the last look; gives how many values it barred. */
  async look(): Promise<number> {
    const { dataSource, ingestTools } = this.tools;
    let barred = 0;
    for (;;) {
      const { manager } = dataSource;
      const book = await ingestTools().rulebooks.latest(manager);
      const { links, upTo } = await this.learned(manager);
      if (links.length === 0) return barred;
      const met = await countPeople(manager, new Set(links.flatMap(({ a, b }) => [a, b])), book);
      await upsertRows(
        manager,
        'identity_hub',
        ['hash'],
        ['hash', 'people', 'last_met_at'],
        met.filter(({ people }) => people >= WORTH_A_ROW).map((row) => [row.hash, row.people, row.lastMetAt]),
      );
      for (const value of met) barred += (await this.barIfTooMany(value, book)) ? 1 : 0;
      await manager.query('UPDATE counter SET next = ? WHERE name = ?', [upTo, CURSOR]);
    }
  }

  private async barIfTooMany({ hash, people }: Met, { constraints }: Rulebook): Promise<boolean> {
    const limit = await this.limitOf(hash);
    if (limit === undefined || people <= limit || constraints.isBarred(hash)) return false;
    try {
      await this.tools.acts.bar(hash, { by: BY_RULE, reason: `${people} > ${limit}` });
      return true;
    } catch (error) {
      // Too large or too busy a group: it stays on the list for a person to decide.
      this.tools.onError(error);
      return false;
    }
  }

  private async limitOf(hash: string): Promise<number | undefined> {
    const { manager } = this.tools.dataSource;
    const [row] = await selectIn<{ kind: string }>(manager, {
      table: 'identifier',
      columns: ['kind'],
      where: 'hash',
      values: [hash],
    });
    const { kinds } = await this.tools.ingestTools().rulebooks.latest(manager);
    return row && kinds.get(row.kind)?.peoplePerValue;
  }

  private async learned(manager: EntityManager): Promise<{ links: { a: string; b: string }[]; upTo: number }> {
    await insertIgnoreRows(manager, 'counter', ['name', 'next'], [[CURSOR, 0]]);
    const [cursor] = await manager.query<{ next: number }[]>('SELECT next FROM counter WHERE name = ?', [CURSOR]);
    const sql = `SELECT a, b, learned FROM identity_link WHERE learned > ? ORDER BY learned LIMIT ${LINKS_PER_LOOK}`;
    const links = await manager.query<{ a: string; b: string; learned: number }[]>(sql, [cursor!.next]);
    const last = links.at(-1)?.learned;
    if (last === undefined || links.length < LINKS_PER_LOOK) return { links, upTo: last ?? cursor!.next };
    // A batch's links share a number: whichever of them did not fit is read with it.
    const same = await manager.query<{ a: string; b: string }[]>('SELECT a, b FROM identity_link WHERE learned = ?', [
      last,
    ]);
    return { links: [...links, ...same], upTo: last };
  }

  /** Most people first. */
  async list(
    isBarred: boolean,
    limit: number,
    after?: [number, string],
  ): Promise<{ view: HubView; cursor: [number, string] }[]> {
    const { dataSource, identityViews, ingestTools } = this.tools;
    const { kinds } = await ingestTools().rulebooks.latest(dataSource.manager);
    const rows = await this.rows(isBarred, limit, after);
    const nodes = await identityViews.nodes(rows.map(({ hash }) => hash));
    return rows.flatMap(({ hash, people, last_met_at, done_by }) => {
      const identifier = nodes.get(hash);
      if (!identifier) return [];
      const most = kinds.get(identifier.kind)?.peoplePerValue;
      const view: HubView = {
        identifier,
        people,
        ...(most !== undefined && { limit: most }),
        isBarred,
        ...(done_by && { by: done_by }),
        lastMetAt: last_met_at,
      };
      return [{ view, cursor: [people, hash] as [number, string] }];
    });
  }

  private rows(isBarred: boolean, limit: number, [people, hash]: [number, string] = [Number.MAX_SAFE_INTEGER, '']) {
    const join = isBarred
      ? `FROM identity_constraint c LEFT JOIN identity_hub h ON h.hash = c.a LEFT JOIN identity_act x ON x.id = c.act_id
         WHERE c.kind = 'barred'`
      : `FROM identity_hub h LEFT JOIN identity_constraint c ON c.a = h.hash AND c.kind = 'barred' AND c.b = ''
         LEFT JOIN identity_act x ON x.id = c.act_id WHERE c.a IS NULL`;
    const hashed = isBarred ? 'c.a' : 'h.hash';
    const counted = 'COALESCE(h.people, 0)';
    const sql = `SELECT ${hashed} AS hash, ${counted} AS people, COALESCE(h.last_met_at, x.at, 0) AS last_met_at, x.done_by AS done_by
      ${join} AND (${counted} < ? OR (${counted} = ? AND ${hashed} > ?)) ORDER BY ${counted} DESC, ${hashed} LIMIT ?`;
    return this.tools.dataSource.query<{ hash: string; people: number; last_met_at: number; done_by: string | null }[]>(
      sql,
      [people, people, hash, limit],
    );
  }

  /** Who would be parted without the value. */
  async preview(hash: string): Promise<HubPreview> {
    const { identityViews, regroup, acts } = this.tools;
    await identityViews.node(hash);
    const profiles = await acts.around([hash]);
    const plan = await regroup.plan(profiles, { add: await acts.barring(hash), remove: [] });
    const parted = profiles.filter((profile) => heirsOf(profile, plan).length > 1);
    const previews = await Promise.all(parted.map((profile) => identityViews.preview(profile, plan)));
    return { profiles: parted.map((profile, at) => ({ profileId: publicId(profile), parts: previews[at]!.parts })) };
  }
}

const CURSOR = 'hubs';

/**
 * With how many people a value was met: the most values of one kind and namespace, of which a person has one or few.
 * Weak kinds do not count, nor do values that only follow from another one.
 */
async function countPeople(manager: EntityManager, hashes: Set<string>, { kinds }: Rulebook): Promise<Met[]> {
  const strong = [...kinds.keys()].filter((kind) => !isWeak(kinds, { kind, hash: '', namespace: '' }));
  const counts = new Map<string, Met>();
  const values = [...hashes];
  for (let from = 0; from < values.length; from += PER_STATEMENT) {
    const part = values.slice(from, from + PER_STATEMENT);
    for (const row of await partnersOf(manager, part, strong)) {
      const key = `${row.hash} ${row.kind} ${row.namespace}`;
      const known = counts.get(key);
      const people = row.people + (known?.people ?? 0);
      counts.set(key, { hash: row.hash, people, lastMetAt: Math.max(row.lastMetAt, known?.lastMetAt ?? 0) });
    }
  }
  const most = new Map<string, Met>();
  for (const met of counts.values()) if (met.people > (most.get(met.hash)?.people ?? 0)) most.set(met.hash, met);
  return [...most.values()];
}

const PER_STATEMENT = 200;

/** A link stands once, in the order of its two ends, so both sides are asked. */
async function partnersOf(manager: EntityManager, hashes: string[], kinds: string[]) {
  const [marks, kindMarks] = [hashes, kinds].map((list) => list.map(() => '?').join(','));
  const side = (mine: string, theirs: string) => `SELECT l.${mine} AS hash, i.kind AS kind, i.namespace AS namespace,
    COUNT(*) AS people, MAX(l.at) AS lastMetAt FROM identity_link l JOIN identifier i ON i.hash = l.${theirs}
    WHERE l.${mine} IN (${marks}) AND i.kind IN (${kindMarks}) AND i.rule NOT IN ${UNSTATED_SQL}
    GROUP BY l.${mine}, i.kind, i.namespace`;
  return manager.query<(Met & { kind: string; namespace: string })[]>(`${side('a', 'b')} UNION ALL ${side('b', 'a')}`, [
    ...hashes,
    ...kinds,
    ...hashes,
    ...kinds,
  ]);
}
