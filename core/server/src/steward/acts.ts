import { PlatformError, type IdentityChange, type SplitRequest } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { retrying, selectIn } from '../database/index.js';
import {
  brokenLimits,
  byAuthority,
  IDENTITY,
  identifierText,
  pairKey,
  phoneHashes,
  type Constraint,
  type IdentifierRef,
  type KeyRing,
} from '../identity/index.js';
import { readConstraints } from '../identity/store/rulebook.store.js';
import { applyClaims, OPERATOR_SOURCE, type Claimed, type IngestTools } from '../ingest/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import { publicId } from '../profile/profile.id.js';
import { readLinks } from './graph.views.js';
import { NO_CHANGE, saveConstraints, type ConstraintChange, type Plan, type Regroup } from './regroup.js';
import { partingConstraints } from './rules/parting.js';
import { markUndone, readAct, saveAct, type StoredAct } from './store/act.store.js';
import { closureOf } from './store/closure.store.js';
import { readMerge } from './store/merge.store.js';
import { peopleStating, settled } from './store/history.store.js';

type ActKind = StoredAct['kind'];

/** Who does it and why; both are kept. */
export interface Doing {
  by: string;
  reason: string;
}

/** What operators do to the graph. Each act is one constraint or one statement more, so each can be taken back. */
export class Acts {
  constructor(
    private readonly regroup: Regroup,
    private readonly keys: KeyRing,
  ) {}

  /** The people that a split would give, and the constraints that would give them. */
  async planSplit(profile: number, request: SplitRequest): Promise<{ plan: Plan; chosen: string[] }> {
    const { add, chosen } = await this.partingOf(profile, request);
    const { profiles } = await closureOf(this.manager, [profile]);
    const plan = await this.regroup.plan(profiles, { add, remove: [] });
    return { plan, chosen };
  }

  /** Throws `IDENTITY_NOTHING_PARTED` where other evidence still joins what was to be parted. */
  async split(profile: number, request: SplitRequest, doing: Doing): Promise<IdentityChange> {
    const { plan, chosen } = await this.planSplit(profile, request);
    if (heirsOf(profile, plan).length < 2)
      throw new PlatformError(IDENTITY.NOTHING_PARTED, 'other links still join them; choose the identifiers instead', {
        kind: 'conflict',
        details: { profile: publicId(profile) },
      });
    const kind = request.link ? 'cut' : 'split';
    return this.change(kind, [...plan.group.states.keys()], plan.change, chosen, doing, profile);
  }

  /** Two people are one, because an operator says so. Throws `IDENTITY_LIMIT_BROKEN` unless forced. */
  async merge(one: number, other: number, doing: Doing, isForced: boolean): Promise<IdentityChange> {
    const [a, b] = [await this.heldBy(one), await this.heldBy(other)];
    const kinds = (await this.book()).kinds;
    const broken = brokenLimits(a, b, kinds);
    if (broken.length > 0 && !isForced)
      throw new PlatformError(IDENTITY.LIMIT_BROKEN, 'together they would hold too many identifiers of a kind', {
        kind: 'conflict',
        details: { kinds: broken.map(({ kind }) => kind) },
      });
    const first = (group: IdentifierRef[]) => [...group].sort(byAuthority(kinds))[0];
    const [from, to] = [first(a), first(b)];
    if (!from || !to) throw absent(IDENTITY.IDENTIFIER_ABSENT, 'one of them holds no identifier');
    return this.join('merged', from, to, [...a, ...b], doing);
  }

  /** Two identifiers are one person's. */
  async link(a: string, b: string, doing: Doing): Promise<IdentityChange> {
    const [from, to] = await Promise.all([this.find(a), this.find(b)]);
    return this.join('linked', from, to, [from, to], doing);
  }

  /** The value identifies nobody: whoever it joined is parted, unless something else joins them. */
  async bar(hash: string, doing: Doing): Promise<IdentityChange> {
    await this.find(hash);
    return this.changeAround('barred', [hash], { add: await this.barring(hash), remove: [] }, doing);
  }

  async unbar(hash: string, doing: Doing): Promise<IdentityChange> {
    return this.changeAround('unbarred', [hash], { add: [], remove: await this.barring(hash) }, doing);
  }

  /** What bars a value, and what follows from it. */
  async barring(hash: string): Promise<Constraint[]> {
    return (await this.withDerived([hash])).map((a) => ({ kind: 'barred', a }));
  }

  /** The identifier belongs to whoever holds `partner`, and not to who holds it now. */
  async move(hash: string, partner: string, doing: Doing): Promise<IdentityChange> {
    const holder = await this.holderOf(hash);
    if (holder === undefined) return this.link(partner, hash, doing);
    const held = await this.heldBy(holder);
    const { kinds } = await this.book();
    const chosen = new Set(await this.withDerived([hash]));
    const links = await readLinks(this.manager, [...chosen]);
    const add = partingConstraints(held, chosen, links, kinds).filter(({ a, b }) => ![a, b].includes(partner));
    await this.changeAround('settled', [hash, partner], { add, remove: [] }, doing);
    return this.link(partner, hash, doing);
  }

  /** Two people who stay two; nothing of today changes. */
  async keepApart(a: string, b: string, doing: Doing): Promise<void> {
    const act: StoredAct = { ...this.begin('settled', doing), identifiers: [a, b], profiles: [] };
    await this.inTurn(async (manager, counters) => {
      await saveConstraints(manager, { add: [{ kind: 'apart', a, b }], remove: [] }, act.id);
      counters.take('identity');
      await saveAct(manager, act);
    });
  }

  /** Takes an act back: its constraints no longer hold, and whoever they touched is resolved anew. */
  async undo(id: string, doing: Doing): Promise<IdentityChange> {
    const dropped = /^merge:(\d+)$/.exec(id)?.[1];
    if (dropped !== undefined) return this.undoMerge(Number(dropped), doing);
    const act = await readAct(this.manager, id);
    if (!act || act.undoneAt !== undefined) throw absent(IDENTITY.ACT_ABSENT, 'there is no such act to take back');
    const remove = await this.manager.query<Constraint[]>(
      'SELECT kind, a, b FROM identity_constraint WHERE act_id = ?',
      [id],
    );
    const kind = act.kind === 'merged' || act.kind === 'linked' ? 'cut' : 'linked';
    const add = kind === 'cut' ? await this.againstStatement(act) : [];
    const change = await this.changeAround(kind, act.identifiers, { add, remove }, doing);
    await markUndone(this.manager, id, this.tools().now());
    return change;
  }

  /** A merge that an event caused is taken back by taking out the link that the event made. */
  private async undoMerge(dropped: number, doing: Doing): Promise<IdentityChange> {
    const merge = await readMerge(this.manager, dropped);
    const links = merge ? await readLinks(this.manager, [merge.identifier]) : [];
    const link = links.find(
      ({ event_id, source_id }) => event_id === merge!.event_id && source_id === merge!.source_id,
    );
    const holder = merge && (await this.holderOf(merge.identifier));
    if (!link || holder === undefined) throw absent(IDENTITY.ACT_ABSENT, 'there is no such merge to take back');
    return this.split(holder, { link: { a: link.a, b: link.b } }, doing);
  }

  /** Resolves everybody around some identifiers anew, under changed constraints. */
  async changeAround(kind: ActKind, hashes: string[], change: ConstraintChange, doing: Doing): Promise<IdentityChange> {
    return this.change(kind, await this.around(hashes), change, hashes, doing);
  }

  /** Whoever holds one of the values or has an event that states it, and whoever hangs together with them. */
  async around(hashes: string[]): Promise<number[]> {
    const { warehouse, appender } = this.regroup.tools;
    await settled(appender);
    const stating = await peopleStating(warehouse, await this.withDerived(hashes));
    const { profiles } = await closureOf(
      this.manager,
      [...new Set([...(await this.holdersOf(hashes)), ...stating])],
      hashes,
    );
    return profiles;
  }

  private async change(
    kind: ActKind,
    profiles: number[],
    change: ConstraintChange,
    identifiers: string[],
    doing: Doing,
    subject?: number,
  ): Promise<IdentityChange> {
    const begun = this.begin(kind, doing);
    let now: number[] = [];
    await this.regroup.apply(profiles, change, begun.id, async (manager, { numbers }) => {
      now = [...numbers.values()];
      const touched = subject === undefined ? [...profiles, ...now] : [subject, ...now];
      await saveAct(manager, { ...begun, identifiers, profiles: touched });
    });
    return { actId: begun.id, profiles: now.map(publicId) };
  }

  private async partingOf(profile: number, { link, identifiers }: SplitRequest) {
    const held = await this.heldBy(profile);
    const hashes = held.map(({ hash }) => hash);
    const links = (await readLinks(this.manager, hashes)).filter(
      ({ a, b }) => hashes.includes(a) && hashes.includes(b),
    );
    if (link) {
      if (!links.some(({ a, b }) => pairKey(a, b) === pairKey(link.a, link.b)))
        throw absent(IDENTITY.LINK_ABSENT, 'there is no such link on this profile');
      const ends = [await this.withDerived([link.a]), await this.withDerived([link.b])] as const;
      const add = ends[0].flatMap((a) => ends[1].map((b): Constraint => ({ kind: 'cut', a, b })));
      return { add, chosen: [link.a, link.b] };
    }
    const chosen = (identifiers ?? []).filter((hash) => hashes.includes(hash));
    if (chosen.length === 0 || chosen.length === hashes.length)
      throw new PlatformError('REQUEST_INVALID', 'choose some of the identifiers, not none and not all', {
        kind: 'invalid',
      });
    const { kinds } = await this.book();
    return { add: partingConstraints(held, new Set(await this.withDerived(chosen)), links, kinds), chosen };
  }

  /** A statement of the operator's becomes part of history, so that every replay hears it as well. */
  private async join(
    kind: ActKind,
    from: IdentifierRef,
    to: IdentifierRef,
    all: IdentifierRef[],
    doing: Doing,
  ): Promise<IdentityChange> {
    const before = await this.holdersOf([from.hash, to.hash]);
    const begun = this.begin(kind, doing);
    const remove = await this.constraintsAmong(all.map(({ hash }) => hash));
    let profile = 0;
    const outcome = await this.inTurn(async (manager, counters) => {
      await saveConstraints(manager, { ...NO_CHANGE, remove }, begun.id);
      if (remove.length > 0) counters.take('identity');
      const tools = this.tools();
      const book = await tools.rulebooks.at(manager, counters.revision);
      const claim = operatorClaim(begun, [from, to]);
      const done = await applyClaims(manager, [claim], new Map(), { book, counters, tools });
      profile = done.applied[0]!.profile;
      await saveAct(manager, { ...begun, identifiers: [from.hash, to.hash], profiles: [...before, profile] });
      return done;
    });
    this.regroup.tools.afterCommit(outcome);
    return { actId: begun.id, profiles: [publicId(profile)] };
  }

  private inTurn<T>(work: (manager: EntityManager, counters: Counters) => Promise<T>): Promise<T> {
    return retrying(() =>
      this.regroup.tools.dataSource.transaction(async (manager) => {
        const counters = await Counters.open(manager);
        const done = await work(manager, counters);
        await counters.close();
        return done;
      }),
    );
  }

  private begin(kind: ActKind, { by, reason }: Doing): StoredAct {
    return { id: randomUUID(), kind, at: this.tools().now(), by, reason, profiles: [], identifiers: [] };
  }

  /** An operator's statement cannot be unsaid, but it can be spoken against. */
  private async againstStatement({ identifiers: [a, b] }: StoredAct): Promise<Constraint[]> {
    if (a === undefined || b === undefined) return [];
    return [{ kind: 'apart', a, b }];
  }

  private async constraintsAmong(hashes: string[]): Promise<Constraint[]> {
    const among = new Set(hashes);
    const all = await readConstraints(this.manager);
    return all.filter(({ kind, a, b }) => kind !== 'barred' && among.has(a) && among.has(b));
  }

  /** A phone with its hashes: what is said of the one is said of the others. */
  private async withDerived(hashes: string[]): Promise<string[]> {
    const rows = await selectIn<{ hash: string; kind: string; namespace: string; sealed: string }>(this.manager, {
      table: 'identifier',
      columns: ['hash', 'kind', 'namespace', 'sealed'],
      where: 'hash',
      values: hashes,
    });
    const derived = rows
      .filter(({ kind }) => kind === 'phone')
      .flatMap(({ sealed }) => phoneHashes(this.keys.decrypt(sealed)))
      .map((identifier) => this.keys.hash(identifierText(identifier)));
    return [...new Set([...hashes, ...derived])];
  }

  private async find(hash: string): Promise<IdentifierRef> {
    const [row] = await this.refs('hash', [hash]);
    if (!row) throw absent(IDENTITY.IDENTIFIER_ABSENT, 'there is no such identifier');
    return row;
  }

  private heldBy(profile: number): Promise<IdentifierRef[]> {
    return this.refs('profile_id', [profile]);
  }

  private refs(where: 'hash' | 'profile_id', values: (string | number)[]): Promise<IdentifierRef[]> {
    const columns = ['hash', 'kind', 'namespace'];
    return selectIn<IdentifierRef>(this.manager, { table: 'identifier', columns, where, values });
  }

  private async holderOf(hash: string): Promise<number | undefined> {
    return (await this.holdersOf([hash]))[0];
  }

  private async holdersOf(hashes: string[]): Promise<number[]> {
    const rows = await selectIn<{ profile_id: number }>(this.manager, {
      table: 'identifier',
      columns: ['profile_id'],
      where: 'hash',
      values: hashes,
    });
    return [...new Set(rows.map((row) => row.profile_id).filter((profile) => profile > 0))];
  }

  private book() {
    return this.tools().rulebooks.latest(this.manager);
  }

  private tools(): IngestTools {
    return this.regroup.tools.ingestTools();
  }

  private get manager(): EntityManager {
    return this.regroup.tools.dataSource.manager;
  }
}

/** The replay's people among whom what the profile was is shared out. */
export function heirsOf(profile: number, { group, replayed }: Plan): number[] {
  const person = group.standing.find(({ id }) => id === profile);
  if (!person) return [];
  const numbers = new Set(person.numbers);
  const byEvent = group.history.flatMap((row, at) => (numbers.has(row.profile) ? [replayed.owners[at]!] : []));
  const byHash = person.hashes.flatMap((hash) => replayed.graph.profileOf(hash) ?? []);
  return [...new Set([...byEvent, ...byHash])];
}

function operatorClaim({ id, at }: StoredAct, identifiers: IdentifierRef[]): Claimed {
  const envelope = { type: 'track' as const, event: '$merge', properties: { isForced: true } };
  const event = {
    eventId: id,
    sourceId: OPERATOR_SOURCE,
    type: envelope.type,
    name: '$merge',
    at,
    receivedAt: at,
    envelope,
  };
  return { event, identifiers, act: 'force', rule: 'operator' };
}

const absent = (code: string, message: string): PlatformError => new PlatformError(code, message, { kind: 'absent' });
