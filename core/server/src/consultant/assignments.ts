import type {
  AssignmentActView,
  AssignmentCounts,
  AssignmentDetail,
  AssignmentScope,
  AssignmentStatus,
  AssignmentView,
} from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Principal } from '../access/index.js';
import { selectIn } from '../database/index.js';
import { publicId } from '../profile/profile.id.js';
import type { ProfileState } from '../profile/state.js';
import type { AssignmentRules } from './assignment-rules.js';
import { assignmentAbsent } from './acts.js';
import type { Consultants } from './consultants.js';
import { assignmentById, type StoredAssignment } from './store/assignment.store.js';
import type { StoredConsultant } from './store/consultant.store.js';

export interface AssignmentFilter {
  view: AssignmentScope;
  status?: AssignmentStatus;
  consultant?: string;
  rule?: string;
  shop?: string;
  profile?: number;
  isOverdue?: boolean;
}

/** One with its place in the list: the sorting instant and its id. */
export interface Listed {
  view: AssignmentView;
  place: [number, number];
}

interface Tools {
  dataSource: DataSource;
  rules: AssignmentRules;
  consultants: Consultants;
  now: () => number;
}

type Tests = [sql: string, ...values: (string | number)[]][];

const OF_SHOP = '(shop = ? OR holder IN (SELECT id FROM consultant WHERE shop = ? AND removed_at IS NULL))';
/** How many are counted at most, so that a number on a page never costs a scan of everything. */
const MOST_COUNTED = 100_000;

/** What is to be seen of assignments. */
export class Assignments {
  constructor(private readonly tools: Tools) {}

  /** First due first; the closed ones newest first. `after` is the place of the last one seen. */
  async list(
    filter: AssignmentFilter,
    limit: number,
    after: [number, number] | undefined,
    who: Principal,
  ): Promise<Listed[]> {
    const me = await this.tools.consultants.mine(who);
    const tests = testsOf(filter, me);
    if (!tests) return [];
    const isClosed = filter.status === 'closed';
    const column = isClosed ? 'closed_at' : 'sort_at';
    const [order, past] = isClosed ? ['DESC', '<'] : ['ASC', '>'];
    tests.push([`${column} IS NOT NULL`]);
    if (after) tests.push([`(${column} ${past} ? OR (${column} = ? AND id ${past} ?))`, after[0], after[0], after[1]]);
    if (filter.isOverdue) tests.push(["status = 'open' AND due_at <= ?", this.tools.now()]);
    const where = tests.map(([sql]) => sql).join(' AND ');
    const sql = `SELECT * FROM assignment WHERE ${where} ORDER BY ${column} ${order}, id ${order} LIMIT ?`;
    const values = [...tests.flatMap(([, ...more]) => more), limit];
    const rows = await this.tools.dataSource.query<StoredAssignment[]>(sql, values);
    const views = await this.views(rows, me, who);
    return views.map((view, n) => ({ view, place: [rows[n]![column]!, view.id] }));
  }

  /** All of a profile's, those not closed first. */
  async ofProfile(profile: number, who: Principal): Promise<AssignmentView[]> {
    const me = await this.tools.consultants.mine(who);
    const rows = await this.tools.dataSource.query<StoredAssignment[]>(
      'SELECT * FROM assignment WHERE profile_id = ? ORDER BY sort_at IS NULL, id DESC LIMIT 50',
      [profile],
    );
    return this.views(rows, me, who);
  }

  async counts(view: AssignmentScope, who: Principal): Promise<AssignmentCounts> {
    const counts: AssignmentCounts = { waiting: 0, open: 0, contacted: 0, overdue: 0 };
    const tests = testsOf({ view }, await this.tools.consultants.mine(who));
    if (!tests) return counts;
    const where = [['sort_at IS NOT NULL'], ...tests].map(([sql]) => sql).join(' AND ');
    const values = tests.flatMap(([, ...more]) => more);
    const rows = await this.tools.dataSource.query<
      { status: keyof AssignmentCounts; n: number | string; late: number | string | null }[]
    >(
      `SELECT status, COUNT(*) AS n, SUM(CASE WHEN status = 'open' AND due_at <= ? THEN 1 ELSE 0 END) AS late
       FROM (SELECT status, due_at FROM assignment WHERE ${where} LIMIT ${MOST_COUNTED}) AS standing GROUP BY status`,
      [this.tools.now(), ...values],
    );
    for (const { status, n, late } of rows) {
      counts[status] = Number(n);
      counts.overdue += Number(late ?? 0);
    }
    return counts;
  }

  async get(id: number, who: Principal): Promise<AssignmentDetail> {
    const { dataSource, consultants } = this.tools;
    const row = await assignmentById(dataSource.manager, id);
    if (!row) throw assignmentAbsent(id);
    const [view] = await this.views([row], await consultants.mine(who), who);
    return { ...view!, acts: await this.acts(id) };
  }

  private acts(id: number): Promise<AssignmentActView[]> {
    return this.tools.dataSource
      .query<Record<string, string | number | null>[]>(
        `SELECT a.at, a.kind, a.done_by AS \`by\`, f.name AS \`from\`, t.name AS \`to\`, a.reason FROM assignment_act a
         LEFT JOIN consultant f ON f.id = a.from_id LEFT JOIN consultant t ON t.id = a.to_id
         WHERE a.assignment_id = ? ORDER BY a.id`,
        [id],
      )
      .then((rows) => rows.map((row) => withoutNulls(row) as unknown as AssignmentActView));
  }

  private async views(
    rows: StoredAssignment[],
    me: StoredConsultant | undefined,
    who: Principal,
  ): Promise<AssignmentView[]> {
    const { dataSource, rules } = this.tools;
    await rules.refresh(dataSource.manager);
    const persons = await this.namesOf(rows.map((row) => row.profile_id));
    const people = await dataSource.query<{ id: string; name: string }[]>('SELECT id, name FROM consultant');
    const names = new Map(people.map(({ id, name }) => [id, name]));
    return rows.map((row) => {
      const name = persons.get(row.profile_id);
      return {
        ...factsOf(row, this.tools.now()),
        ...(name !== undefined && { displayName: name }),
        ruleTitle: rules.find(row.rule_id)?.title ?? '',
        ...(row.consultant_id !== null && { consultantName: names.get(row.consultant_id) ?? '' }),
        isMine: who.role === 'admin' || (me !== undefined && me.id === row.consultant_id),
      };
    });
  }

  private async namesOf(profiles: number[]): Promise<Map<number, string>> {
    const { manager } = this.tools.dataSource;
    const columns = ['id', 'doc'];
    const values = [...new Set(profiles)];
    const rows = await selectIn<{ id: number; doc: string | null }>(manager, {
      table: 'profile',
      columns,
      where: 'id',
      values,
    });
    return new Map(
      rows.flatMap(({ id, doc }): [number, string][] => {
        const name = doc === null ? undefined : (JSON.parse(doc) as ProfileState).traits['name']?.value;
        return typeof name === 'string' ? [[id, name]] : [];
      }),
    );
  }
}

/** Undefined when nothing can be found: nobody's own, nobody's shop. */
function testsOf({ view, ...filter }: AssignmentFilter, me: StoredConsultant | undefined): Tests | undefined {
  const tests: Tests = [];
  if (view === 'mine' && !me) return undefined;
  if (view === 'mine') tests.push(['consultant_id = ?', me!.id]);
  if (view === 'shop' && !me?.shop) return undefined;
  if (view === 'shop') tests.push([OF_SHOP, me!.shop, me!.shop]);
  if (filter.status) tests.push(['status = ?', filter.status]);
  if (filter.consultant) tests.push(['consultant_id = ?', filter.consultant]);
  if (filter.rule) tests.push(['rule_id = ?', filter.rule]);
  if (filter.shop) tests.push([OF_SHOP, filter.shop, filter.shop]);
  if (filter.profile !== undefined) tests.push(['profile_id = ?', filter.profile]);
  return tests;
}

function factsOf(row: StoredAssignment, now: number) {
  const { id, status, shop, hops, due_at: due } = row;
  return {
    id,
    profileId: publicId(row.profile_id),
    ruleId: row.rule_id,
    status,
    shop,
    hops,
    cause: JSON.parse(row.cause) as AssignmentView['cause'],
    createdAt: row.created_at,
    isOverdue: status === 'open' && due !== null && due <= now,
    ...(withoutNulls({
      consultantId: row.consultant_id,
      givenAt: row.given_at,
      dueAt: status === 'open' ? due : null,
      escalatedAt: row.escalated_at,
      contactedAt: row.contacted_at,
      closedAt: row.closed_at,
      result: row.result,
      note: row.note,
      amount: row.amount === null ? null : Number(row.amount),
    }) as Partial<AssignmentView>),
  };
}

const withoutNulls = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
