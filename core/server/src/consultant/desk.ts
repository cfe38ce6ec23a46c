import type { DataSource, EntityManager } from 'typeorm';
import { Loop } from '../time/loop.js';
import type { Zone } from '../time/zone.js';
import type { AssignmentRule, AssignmentRules } from './assignment-rules.js';
import type { Crew } from './rules/crew.js';
import { dueBy, lanesOf, passedOf, PLATFORM, waitingIn, type StoredAssignment } from './store/assignment.store.js';
import { readCrew, readHands, saveTurns } from './store/consultant.store.js';
import { hasRoom } from './rules/choose.js';
import { inTurn } from './store/turn.js';
import type { Change, Writing } from './writing.js';

interface Tools {
  dataSource: DataSource;
  rules: AssignmentRules;
  writing: Writing;
  zone: Zone;
  now: () => number;
  /** Something was written that hooks tell of. */
  onDone: () => void;
  onError: (error: unknown) => void;
}

/** Small, because ingest waits for the turn meanwhile. */
const BATCH = 200;
/** How late a due contact, or somebody who came on duty, may be noticed. */
const TICK_MS = 500;

/** Gives out what waits, in the order of its coming, as soon as somebody has room; hands over what is overdue. */
export class Desk {
  private readonly loop: Loop;

  constructor(private readonly tools: Tools) {
    this.loop = new Loop(TICK_MS, () => this.run(), tools.onError);
  }

  start(): void {
    this.loop.start();
  }

  nudge(): void {
    this.loop.nudge();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** What is overdue first: it may free somebody. */
  async run(): Promise<void> {
    const overdue = await this.handOverDue();
    const given = await this.giveOut();
    if (overdue + given > 0) this.tools.onDone();
  }

  /** Gives how many were given out. */
  async giveOut(): Promise<number> {
    let given = 0;
    // Looking needs no turn, and most looks find nothing to do.
    while (await this.isAnyGivable()) {
      const batch = await inTurn(this.tools.dataSource, (manager) => this.giveBatch(manager));
      given += batch;
      if (batch === 0) return given;
    }
    return given;
  }

  private async isAnyGivable(): Promise<boolean> {
    const { dataSource, now, zone } = this.tools;
    const sql = 'SELECT id FROM assignment WHERE lane IS NOT NULL LIMIT 1';
    if ((await dataSource.query<unknown[]>(sql)).length === 0) return false;
    return (await readHands(dataSource.manager, now(), zone)).some(hasRoom);
  }

  private async giveBatch(manager: EntityManager): Promise<number> {
    const { rules, writing, zone, now } = this.tools;
    await rules.refresh(manager);
    const crew = await readCrew(manager, now(), zone);
    const lanes = (await lanesOf(manager)).filter((lane) => isOpenLane(lane, rules, crew));
    const change = writing.begin(now());
    let given = 0;
    for (const row of await waitingIn(manager, lanes, BATCH)) given += giveOne(row, rules, crew, change) ? 1 : 0;
    await change.save(manager);
    await saveTurns(manager, crew);
    return given;
  }

  /** Deals with every first contact that is overdue, the longest overdue first; gives how many there were. */
  async handOverDue(): Promise<number> {
    let dealt = 0;
    while (await this.isAnyDue()) {
      const batch = await inTurn(this.tools.dataSource, (manager) => this.handOverBatch(manager));
      dealt += batch;
      if (batch < BATCH) return dealt;
    }
    return dealt;
  }

  private async isAnyDue(): Promise<boolean> {
    const { dataSource, now } = this.tools;
    const sql = 'SELECT id FROM assignment WHERE wake_at <= ? LIMIT 1';
    return (await dataSource.query<unknown[]>(sql, [now()])).length > 0;
  }

  private async handOverBatch(manager: EntityManager): Promise<number> {
    const { rules, writing, zone, now } = this.tools;
    await rules.refresh(manager);
    const change = writing.begin(now());
    const due = await dueBy(manager, change.now, BATCH);
    const crew = await readCrew(manager, change.now, zone);
    const passed = await passedOf(
      manager,
      due.map(({ id }) => id),
    );
    for (const row of due) handOver(row, rules, crew, change, passed.get(row.id) ?? []);
    await change.save(manager);
    await saveTurns(manager, crew);
    return due.length;
  }
}

const splitLane = (lane: string): [rule: string, shop: string] => {
  const at = lane.indexOf('|');
  return [lane.slice(0, at), lane.slice(at + 1)];
};

/** Somebody could take what stands at the head of the lane. */
function isOpenLane(lane: string, rules: AssignmentRules, crew: Crew): boolean {
  const [id, shop] = splitLane(lane);
  const rule = rules.find(id);
  return rule !== undefined && crew.whoFor(rule, { shop }) !== undefined;
}

function giveOne(row: StoredAssignment, rules: AssignmentRules, crew: Crew, change: Change): boolean {
  const rule = rules.find(row.rule_id);
  const hand = rule && crew.give(rule, { shop: row.shop });
  if (hand) change.give(row, hand, { by: PLATFORM, why: 'given' });
  return hand !== undefined;
}

/** To the next who has room and has not had it; to nobody more than the rule permits, and then it is escalated. */
function handOver(
  row: StoredAssignment,
  rules: AssignmentRules,
  crew: Crew,
  change: Change,
  passed: readonly string[],
): void {
  const rule: AssignmentRule | undefined = rules.find(row.rule_id);
  const before = crew.find(row.holder);
  const had = [...passed, ...(row.holder ? [row.holder] : [])];
  const next = rule && row.hops < rule.maxHops ? crew.give(rule, { shop: row.shop, passed: had }) : undefined;
  change.overdue(row, before, next === undefined, PLATFORM);
  if (!next) return;
  crew.release(row.holder);
  row.hops += 1;
  change.give(row, next, { by: PLATFORM, why: 'overdue', from: before });
}
