import { PlatformError, type AssignmentClosing, type JsonObject } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import type { Principal } from '../access/index.js';
import type { IngestTools, Outcome } from '../ingest/index.js';
import type { Zone } from '../time/zone.js';
import type { AssignmentRules } from './assignment-rules.js';
import { CONSULTANT } from './consultant.errors.js';
import { absent, full, notOne, TO_QUEUE } from './consultants.js';
import { CLOSED, CONTACTED, REOPENED, tellHistory } from './feedback.js';
import type { Hand } from './rules/choose.js';
import type { Crew } from './rules/crew.js';
import { assignmentById, assignmentsOf, type StoredAssignment } from './store/assignment.store.js';
import { readCrew, saveTurns } from './store/consultant.store.js';
import { inTurn } from './store/turn.js';
import type { Change, Writing } from './writing.js';

interface Tools {
  dataSource: DataSource;
  rules: AssignmentRules;
  writing: Writing;
  zone: Zone;
  now: () => number;
  ingestTools: () => IngestTools;
  afterCommit: (outcome: Outcome) => void;
  onDone: () => void;
}

/** One act under way: what it acts on, who does it, and what it writes. */
interface Scene {
  manager: EntityManager;
  row: StoredAssignment;
  crew: Crew;
  change: Change;
  who: Principal;
  /** The consultant as whom the operator signs in. */
  me: Hand | undefined;
}

/** An event for the person's history. */
interface Tale {
  name: string;
  more?: JsonObject;
}

/** What people do with assignments. Each act is one transaction: row, history, hooks and the event. */
export class AssignmentActs {
  constructor(private readonly tools: Tools) {}

  /** A consultant takes one out of the queue. */
  take(id: number, who: Principal): Promise<void> {
    return this.act(id, who, ({ row, crew, change, me }) => {
      if (!me) throw notOne();
      demandStatus(row, ['waiting'], 'only what waits in the queue can be taken; ask for a hand-over');
      demandRoom(me);
      crew.hold(me, row.rule_id);
      change.give(row, me, { by: who.name, why: 'taken' });
    });
  }

  contact(id: number, who: Principal, note: string | undefined): Promise<void> {
    return this.act(id, who, (scene) => {
      demandMine(scene);
      demandStatus(scene.row, ['open'], 'a first contact can be noted once, of what a consultant has');
      scene.change.contact(scene.row, who.name, note);
      return { name: CONTACTED };
    });
  }

  close(id: number, who: Principal, { result, note, amount }: AssignmentClosing): Promise<void> {
    return this.act(id, who, (scene) => {
      const { row, crew, change } = scene;
      demandMine(scene);
      demandStatus(row, ['waiting', 'open', 'contacted'], 'it is closed already');
      change.end(row, result, who.name, undefined, { note, amount, hand: crew.find(row.holder) });
      return { name: CLOSED, more: { result, ...(amount !== undefined && { amount }) } };
    });
  }

  /** To another consultant, or back into the queue. */
  handOver(id: number, who: Principal, to: string, reason: string | undefined): Promise<void> {
    return this.act(id, who, (scene) => {
      const { row, crew, change } = scene;
      demandMine(scene);
      demandStatus(row, ['waiting', 'open', 'contacted'], 'it is closed; take that back first');
      if (to === TO_QUEUE) return change.queue(row, who.name, reason);
      const hand = crew.find(to);
      if (!hand) throw absent(to);
      if (hand.id === row.holder) throw wrong(row, 'this consultant has it already');
      demandRoom(hand);
      const from = crew.find(row.holder);
      crew.hold(hand, row.rule_id);
      change.give(row, hand, { by: who.name, why: 'person', from, reason });
    });
  }

  /** Takes back a contact or a closing. Capacity does not stand against undoing a mistake. */
  reopen(id: number, who: Principal, reason: string | undefined): Promise<void> {
    return this.act(id, who, async (scene) => {
      const { manager, row, crew, change } = scene;
      demandMine(scene);
      demandStatus(row, ['closed', 'contacted'], 'nothing is to be taken back');
      const others = await assignmentsOf(manager, [row.profile_id]);
      const other = others.find((one) => one.rule_id === row.rule_id && one.id !== row.id && one.status !== 'closed');
      if (other && row.status === 'closed') throw openElsewhere(row, other);
      const was = row.result ?? 'contacted';
      // Whoever has left the house meanwhile gets nothing back.
      if (!crew.find(row.consultant_id)) row.consultant_id = null;
      change.reopen(row, who.name, reason);
      return { name: REOPENED, more: { was } };
    });
  }

  private async act(
    id: number,
    who: Principal,
    work: (scene: Scene) => Promise<Tale | void> | Tale | void,
  ): Promise<void> {
    const { dataSource, rules, writing, zone, now, ingestTools, afterCommit, onDone } = this.tools;
    const outcome = await inTurn(dataSource, async (manager, counters) => {
      await rules.refresh(manager);
      const change = writing.begin(now());
      const crew = await readCrew(manager, change.now, zone);
      const row = await demand(manager, id);
      const consultant = row.consultant_id;
      const tale = await work({ manager, row, crew, change, who, me: meIn(crew, who) });
      await change.save(manager);
      await saveTurns(manager, crew);
      if (!tale) return undefined;
      const properties = { ...this.facts(row, crew.find(consultant)), ...tale.more };
      const told = { profile: row.profile_id, name: tale.name, at: change.now, properties };
      return tellHistory(manager, counters, ingestTools(), told);
    });
    if (outcome) afterCommit(outcome);
    onDone();
  }

  /** What an event tells of an assignment; a note may hold anything and stays out. */
  private facts({ id, rule_id: ruleId, shop }: StoredAssignment, hand: Hand | undefined): JsonObject {
    const title = this.tools.rules.find(ruleId)?.title ?? '';
    const consultant: JsonObject = hand ? { consultant: hand.name, consultantId: hand.id } : {};
    return { assignmentId: id, rule: title, ruleId, shop: hand?.shop || shop, ...consultant };
  }
}

const meIn = (crew: Crew, { userId }: Principal): Hand | undefined => (userId ? crew.ofUser(userId) : undefined);

async function demand(manager: EntityManager, id: number): Promise<StoredAssignment> {
  const row = await assignmentById(manager, id);
  if (!row) throw assignmentAbsent(id);
  return row;
}

/** An administrator may do everything; a consultant, what is with her, or was when it was closed. */
function demandMine({ row, me, who }: Scene): void {
  if (who.role === 'admin' || (me !== undefined && me.id === row.consultant_id)) return;
  throw new PlatformError(CONSULTANT.ASSIGNMENT_NOT_YOURS, 'it is not with you; take it, or ask an administrator', {
    kind: 'denied',
    details: { id: row.id },
  });
}

function demandStatus(row: StoredAssignment, wanted: StoredAssignment['status'][], hint: string): void {
  if (!wanted.includes(row.status)) throw wrong(row, hint);
}

function demandRoom(hand: Hand): void {
  if (hand.load >= hand.capacity) throw full(hand.id, 0);
}

const wrong = ({ id, status }: StoredAssignment, hint: string): PlatformError =>
  new PlatformError(CONSULTANT.ASSIGNMENT_STATUS_WRONG, `the assignment is ${status}: ${hint}`, {
    kind: 'conflict',
    details: { id, status },
  });

const openElsewhere = ({ id }: StoredAssignment, other: StoredAssignment): PlatformError =>
  new PlatformError(
    CONSULTANT.ASSIGNMENT_OPEN_ELSEWHERE,
    `the person has assignment ${other.id} by the same rule, which is not closed; go on with that one`,
    { kind: 'conflict', details: { id, other: other.id } },
  );

export const assignmentAbsent = (id: number): PlatformError =>
  new PlatformError(CONSULTANT.ASSIGNMENT_ABSENT, 'there is no such assignment', { kind: 'absent', details: { id } });
