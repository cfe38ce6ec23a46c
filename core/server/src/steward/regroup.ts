import { PlatformError } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import { retrying } from '../database/index.js';
import { believing, type Program } from '../fold/fold.js';
import { Constraints, IDENTITY, pairKey, type Constraint, type Rulebook } from '../identity/index.js';
import { readConstraints } from '../identity/store/rulebook.store.js';
import type { IngestTools, Outcome } from '../ingest/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import { loadStates } from '../profile/store/profile.store.js';
import type { Appender, EventRow, Warehouse } from '../warehouse/index.js';
import { heirs, partsOf, type Part } from './rules/parts.js';
import { replay, type Replayed } from './rules/replay.js';
import { readGroup, type Group } from './store/history.store.js';
import { swap } from './store/swap.store.js';

/** What people say about the graph from now on, and no longer. */
export interface ConstraintChange {
  add: Constraint[];
  remove: Constraint[];
}

export const NO_CHANGE: ConstraintChange = { add: [], remove: [] };

/** People as they are and as a replay under the changed constraints has them. */
export interface Plan {
  group: Group;
  replayed: Replayed;
  parts: Part[];
  /** Old number to the replay's person that it leads to from now on. */
  heirs: Map<number, number>;
  change: ConstraintChange;
  /** Of the rules that the plan was made under. */
  revision: number;
  /** The definitions that it was made with. */
  program: Program;
}

/** The number of each person of the replay, and what the transaction did. */
export interface Regrouped {
  numbers: Map<number, number>;
  outcome: Outcome;
}

export interface RegroupTools {
  dataSource: DataSource;
  warehouse: Warehouse;
  appender: Appender;
  ingestTools: () => IngestTools;
  afterCommit: (outcome: Outcome) => void;
}

/** People who are to be made anew though their events are theirs alone, and those events as they should have been. */
export interface Anew {
  people: ReadonlySet<number>;
  event: (row: EventRow) => EventRow;
}

/** Records of the same transaction: the act, what it settles. */
export type AlsoWrite = (manager: EntityManager, regrouped: Regrouped) => Promise<void>;

const ATTEMPTS = 6;

/**
 * The one way in which people are parted, joined anew or re-resolved: their events are replayed under the rulebook as it
 * is to be, outside any transaction, and the result takes their place in one short one, if nothing has changed meanwhile.
 */
export class Regroup {
  constructor(readonly tools: RegroupTools) {}

  /** What would become of these people. */
  async plan(ids: number[], change: ConstraintChange, anew?: Anew): Promise<Plan> {
    const { dataSource, ingestTools } = this.tools;
    const tools = ingestTools();
    const read = await readGroup(this.tools, ids);
    const group = anew ? { ...read, history: read.history.map(anew.event) } : read;
    const { revision, book } = await this.bookWith(dataSource.manager, change, tools);
    const { program } = tools;
    const replayed = replay(group.history, {
      program: believing(program, book.sources),
      book,
      refs: group.refs,
      now: tools.now(),
      dueFrom: tools.dueFrom(),
      seq: (group.history.at(-1)?.seq ?? 0) + 1,
    });
    const parts = madeAnew(partsOf(replayed, group.history, group.standing), anew);
    return { group, replayed, parts, heirs: heirs(replayed, group.history, group.standing), change, revision, program };
  }

  /** Makes it so. Throws `IDENTITY_CHANGED_MEANWHILE` when the people are too busy to be caught between two events. */
  async apply(
    ids: number[],
    change: ConstraintChange,
    actId: string,
    alsoWrite: AlsoWrite,
    anew?: Anew,
  ): Promise<Regrouped> {
    const { dataSource, afterCommit } = this.tools;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const plan = await this.plan(ids, change, anew);
      const done = await retrying(() =>
        dataSource.transaction((manager) => this.commit(manager, plan, actId, alsoWrite)),
      );
      if (!done) continue;
      afterCommit(done.outcome);
      return done;
    }
    throw new PlatformError(IDENTITY.CHANGED_MEANWHILE, 'these people changed while they were worked on; try again', {
      kind: 'transient',
      details: { profiles: ids },
    });
  }

  private async commit(
    manager: EntityManager,
    plan: Plan,
    actId: string,
    alsoWrite: AlsoWrite,
  ): Promise<Regrouped | undefined> {
    const counters = await Counters.open(manager);
    const tools = this.tools.ingestTools();
    await tools.refresh(manager, counters.peek('definition'));
    if (counters.revision !== plan.revision || tools.program !== plan.program) return undefined;
    if (!(await isUnchanged(manager, plan))) return undefined;
    await saveConstraints(manager, plan.change, actId);
    if (plan.change.add.length + plan.change.remove.length > 0) counters.take('identity');
    const { sources } = await tools.rulebooks.at(manager, plan.revision);
    const program = believing(tools.program, sources);
    const regrouped = await swap(manager, plan, { actId, counters, tools: { ...tools, program } });
    await alsoWrite(manager, regrouped);
    await counters.close();
    return regrouped;
  }

  private async bookWith(
    manager: EntityManager,
    { add, remove }: ConstraintChange,
    { rulebooks }: IngestTools,
  ): Promise<{ revision: number; book: Rulebook }> {
    const [row] = await manager.query<{ next: number }[]>("SELECT next FROM counter WHERE name = 'identity'");
    const revision = row?.next ?? 1;
    const book = await rulebooks.at(manager, revision);
    if (add.length + remove.length === 0) return { revision, book };
    const gone = new Set(remove.map(keyOf));
    const kept = (await readConstraints(manager)).filter((constraint) => !gone.has(keyOf(constraint)));
    return { revision, book: { ...book, constraints: new Constraints([...kept, ...add]) } };
  }
}

const madeAnew = (parts: Part[], anew: Anew | undefined): Part[] =>
  parts.map((part) =>
    part.kind === 'same' && anew?.people.has(part.id) ? { kind: 'rebuilt', local: part.local } : part,
  );

const keyOf = ({ kind, a, b }: Constraint): string => `${kind} ${pairKey(a, b ?? '')}`;

async function isUnchanged(manager: EntityManager, { group }: Plan): Promise<boolean> {
  const states = await loadStates(manager, [...group.states.keys()]);
  return [...group.states].every(([id, { revision }]) => states.get(id)?.revision === revision);
}

/** The two ends stand in one order, so that a constraint is the same row however it was said. */
export async function saveConstraints(
  manager: EntityManager,
  { add, remove }: ConstraintChange,
  actId: string,
): Promise<void> {
  for (const { kind, a, b } of remove)
    await manager.query('DELETE FROM identity_constraint WHERE kind = ? AND a = ? AND b = ?', [kind, ...ordered(a, b)]);
  for (const { kind, a, b } of add) {
    await manager.query('DELETE FROM identity_constraint WHERE kind = ? AND a = ? AND b = ?', [kind, ...ordered(a, b)]);
    await manager.query('INSERT INTO identity_constraint (kind, a, b, act_id) VALUES (?, ?, ?, ?)', [
      kind,
      ...ordered(a, b),
      actId,
    ]);
  }
}

const ordered = (a: string, b: string | undefined): [string, string] =>
  b === undefined || b === '' ? [a, ''] : a < b ? [a, b] : [b, a];
