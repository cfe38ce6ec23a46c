import type { EntityManager } from 'typeorm';
import { selectIn } from '../database/index.js';
import type { Outcome } from '../ingest/index.js';
import type { ProfileState } from '../profile/state.js';
import type { AssignmentRules } from './assignment-rules.js';
import { twins } from './rules/twins.js';
import { shopOf, wishesOf, type Wish } from './rules/plan.js';
import { assignmentsOf, laneOf, PLATFORM, takeNumbers, type StoredAssignment } from './store/assignment.store.js';
import type { Change, Writing } from './writing.js';

/** Writes the assignments that a batch's happenings cause, in the batch's own transaction; moves them with people. */
export class Planner {
  constructor(
    private readonly rules: AssignmentRules,
    private readonly writing: Writing,
  ) {}

  async plan(manager: EntityManager, outcome: Outcome, now: number): Promise<void> {
    await this.rules.refresh(manager);
    const moves = this.writing.begin(now);
    await this.follow(manager, outcome, moves);
    await moves.save(manager);
    const wishes = wishesOf(this.rules.inForce, outcome.happenings, outcome.touched, now);
    const grants = this.writing.begin(now);
    await this.grant(manager, wishes, outcome.touched, grants);
    await grants.save(manager);
  }

  /**
   * Assignments go wherever the number that they were made for leads: after a merge to the kept profile, after a split
   * to the part that has the number's history.
   */
  private async follow(manager: EntityManager, outcome: Outcome, change: Change): Promise<void> {
    const gone = goneIn(outcome);
    if (gone.length === 0) return;
    const moving = await assignmentsOf(manager, gone);
    if (moving.length === 0) return;
    const living = await livingOf(
      manager,
      moving.map((row) => row.origin_id),
    );
    for (const row of moving) {
      const home = living.get(row.origin_id) ?? row.profile_id;
      if (home !== row.profile_id) change.move(row, home, PLATFORM);
    }
    const homes = [...new Set(moving.map((row) => row.profile_id))];
    const moved = new Map(moving.map((row) => [row.id, row]));
    const there = (await assignmentsOf(manager, homes)).filter(({ id }) => !moved.has(id));
    for (const { kept, dropped } of twins([...there, ...moving]))
      change.end(dropped, 'merged', PLATFORM, `one with assignment ${kept.id}`);
  }

  private async grant(
    manager: EntityManager,
    wishes: Wish[],
    states: ReadonlyMap<number, ProfileState>,
    change: Change,
  ): Promise<void> {
    if (wishes.length === 0) return;
    const rows = await assignmentsOf(manager, [...new Set(wishes.map(({ profile }) => profile))]);
    const open = new Map(rows.filter(isOpen).map((row) => [keyOf(row.rule_id, row.profile_id), row]));
    const known = (wish: Wish) => open.get(keyOf(wish.rule, wish.profile));
    for (const wish of wishes) {
      const row = wish.kind === 'leave' ? known(wish) : undefined;
      if (row && row.status !== 'contacted') change.end(row, 'withdrawn', PLATFORM, wish.cause.hook);
    }
    const fresh = wishes.filter((wish) => wish.kind === 'enter' && !known(wish));
    if (fresh.length === 0) return;
    const first = await takeNumbers(manager, 'assignment', fresh.length);
    for (const [n, wish] of fresh.entries())
      change.create(this.newRow(first + n, wish, states.get(wish.profile)!, change.now), PLATFORM);
  }

  private newRow(id: number, { rule, profile, cause }: Wish, state: ProfileState, now: number): StoredAssignment {
    const shop = shopOf(this.rules.find(rule)?.shopFrom, state);
    return {
      id,
      rule_id: rule,
      profile_id: profile,
      origin_id: profile,
      status: 'waiting',
      shop,
      lane: laneOf(rule, shop),
      cause: JSON.stringify(cause),
      created_at: now,
      sort_at: now,
      hops: 0,
      consultant_id: null,
      holder: null,
      given_at: null,
      due_at: null,
      wake_at: null,
      escalated_at: null,
      contacted_at: null,
      closed_at: null,
      result: null,
      note: null,
      amount: null,
    };
  }
}

const keyOf = (rule: string, profile: number): string => `${rule} ${profile}`;
const isOpen = ({ status }: StoredAssignment): boolean => status !== 'closed';

/** Numbers that no longer are a person of their own. */
function goneIn({ merged, graph, splits }: Outcome): number[] {
  const dropped = graph.flatMap(({ change }) => (change.kind === 'merged' ? [change.dropped] : []));
  return [...new Set([...merged.keys(), ...dropped, ...splits.map(({ profile }) => profile)])];
}

async function livingOf(manager: EntityManager, numbers: number[]): Promise<Map<number, number>> {
  const rows = await selectIn<{ id: number; merged_into: number | null }>(manager, {
    table: 'profile',
    columns: ['id', 'merged_into'],
    where: 'id',
    values: [...new Set(numbers)],
  });
  return new Map(rows.map(({ id, merged_into: into }) => [id, into ?? id]));
}
