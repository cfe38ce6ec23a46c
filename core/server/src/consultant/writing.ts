import type { AssignmentEnd, AssignmentHandedOver, ConsultantRef, Hook } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import type { Outbox } from '../outbox/index.js';
import { publicId } from '../profile/profile.id.js';
import type { Zone } from '../time/zone.js';
import type { Hand } from './rules/choose.js';
import { dueAt } from './rules/hours.js';
import { laneOf, saveActs, saveAssignments, type Act, type StoredAssignment } from './store/assignment.store.js';

interface RuleFacts {
  title: string;
  slaMinutes: number;
}

interface Tools {
  outbox: Outbox;
  rule: (id: string) => RuleFacts | undefined;
  zone: Zone;
}

/** Makes changes of assignments: the row, its history and its hook always together. */
export class Writing {
  constructor(private readonly tools: Tools) {}

  begin(now: number): Change {
    return new Change(this.tools, now);
  }
}

type Moved = Pick<AssignmentHandedOver, 'why'> & { by: string; from?: Hand | undefined; reason?: string | undefined };

const MINUTE = 60_000;
/** What was contacted comes up again when nothing has come of it for so long. */
const FOLLOW_UP_MS = 7 * 24 * 60 * MINUTE;

const KIND = { given: 'given', taken: 'taken', overdue: 'handed-over', person: 'handed-over' } as const;

/** What one transaction does to assignments, gathered and then written set by set. */
export class Change {
  private readonly rows = new Map<number, StoredAssignment>();
  private readonly acts: Act[] = [];
  private readonly hooks: Hook[] = [];

  constructor(
    private readonly tools: Tools,
    readonly now: number,
  ) {}

  create(row: StoredAssignment, by: string): void {
    row.sort_at = this.queuePlace(row);
    this.note(row, 'created', by);
    this.hooks.push({ name: 'assignment.created', payload: this.fact(row) });
  }

  /** A consultant gets it, and the time until the first contact begins anew. */
  give(row: StoredAssignment, to: Hand, { by, why, from, reason }: Moved): void {
    const due = dueAt(this.now, this.tools.rule(row.rule_id)?.slaMinutes ?? 0, to.hours, this.tools.zone);
    const isContacted = row.status === 'contacted';
    Object.assign(row, { lane: null, consultant_id: to.id, holder: to.id, given_at: this.now, escalated_at: null });
    if (!isContacted) Object.assign(row, { status: 'open', due_at: due, wake_at: due, sort_at: due });
    this.note(row, KIND[why], by, { from: from?.id ?? null, to: to.id, reason });
    const dueNow = isContacted ? {} : { dueAt: due };
    const payload = { ...this.fact(row), ...(from && { from: refOf(from) }), to: refOf(to), why, ...dueNow };
    this.hooks.push({ name: 'assignment.handed-over', payload });
  }

  /** Nobody has it: it stands in the queue where it came in. */
  queue(row: StoredAssignment, by: string, reason: string | undefined): void {
    const from = row.holder;
    Object.assign(row, {
      status: 'waiting',
      lane: laneOf(row.rule_id, row.shop),
      consultant_id: null,
      holder: null,
      due_at: null,
      wake_at: null,
      contacted_at: null,
      sort_at: this.queuePlace(row),
    });
    this.note(row, 'queued', by, { from, reason });
  }

  /** The first contact is late; `isEscalated` when nobody else will get it. */
  overdue(row: StoredAssignment, hand: Hand | undefined, isEscalated: boolean, by: string): void {
    row.wake_at = null;
    const who = hand ? refOf(hand) : { id: row.holder ?? '', name: '', shop: '' };
    this.note(row, 'overdue', by, { from: row.holder });
    if (isEscalated) {
      row.escalated_at = this.now;
      this.note(row, 'escalated', by, { from: row.holder });
    }
    const { due_at: due, hops } = row;
    const payload = { ...this.fact(row), consultant: who, dueAt: due ?? this.now, hops, isEscalated };
    this.hooks.push({ name: 'assignment.overdue', payload });
  }

  contact(row: StoredAssignment, by: string, reason: string | undefined): void {
    Object.assign(row, { status: 'contacted', contacted_at: this.now, wake_at: null });
    row.sort_at = this.now + FOLLOW_UP_MS;
    this.note(row, 'contacted', by, { from: row.holder, reason });
  }

  end(row: StoredAssignment, result: AssignmentEnd, by: string, reason?: string, more: Ending = {}): void {
    const kind = result === 'withdrawn' || result === 'merged' ? result : 'closed';
    this.note(row, kind, by, { from: row.holder, reason: kind === 'closed' ? result : reason });
    Object.assign(row, { status: 'closed', closed_at: this.now, result, note: more.note ?? null });
    Object.assign(row, { lane: null, holder: null, wake_at: null, sort_at: null });
    row.amount = more.amount === undefined ? null : String(more.amount);
    const consultant = more.hand ? { consultant: refOf(more.hand) } : {};
    const amount = more.amount === undefined ? {} : { amount: more.amount };
    this.hooks.push({ name: 'assignment.closed', payload: { ...this.fact(row), ...consultant, result, ...amount } });
  }

  /** What was contacted or closed by mistake is again what it was before. */
  reopen(row: StoredAssignment, by: string, reason: string | undefined): void {
    const wasClosed = row.status === 'closed';
    const status = !row.consultant_id ? 'waiting' : wasClosed && row.contacted_at !== null ? 'contacted' : 'open';
    Object.assign(row, { status, closed_at: null, result: null, note: null, amount: null, holder: row.consultant_id });
    if (status === 'waiting') row.lane = laneOf(row.rule_id, row.shop);
    if (status === 'open') {
      row.contacted_at = null;
      row.wake_at = row.escalated_at === null ? row.due_at : null;
    }
    row.sort_at = this.placeOf(row);
    this.note(row, 'reopened', by, { to: row.holder, reason });
  }

  /** It belongs to another number now. */
  move(row: StoredAssignment, profile: number, by: string): void {
    const reason = `${publicId(row.profile_id)} → ${publicId(profile)}`;
    row.profile_id = profile;
    this.note(row, 'moved', by, { reason });
  }

  async save(manager: EntityManager): Promise<void> {
    if (this.rows.size === 0) return;
    await saveAssignments(manager, [...this.rows.values()]);
    await saveActs(manager, this.acts);
    await this.tools.outbox.tell(manager, this.hooks);
  }

  /** By when the customer should have been contacted, had she been given out at once: so the queue stands among the due. */
  private queuePlace(row: StoredAssignment): number {
    return row.created_at + (this.tools.rule(row.rule_id)?.slaMinutes ?? 0) * MINUTE;
  }

  private placeOf(row: StoredAssignment): number {
    if (row.status === 'contacted') return row.contacted_at! + FOLLOW_UP_MS;
    return row.status === 'open' ? row.due_at! : this.queuePlace(row);
  }

  private note(row: StoredAssignment, kind: Act['kind'], by: string, more: Omit<Partial<Act>, 'kind'> = {}): void {
    this.rows.set(row.id, row);
    this.acts.push({ assignment: row.id, at: this.now, kind, by, ...more });
  }

  private fact(row: StoredAssignment) {
    const ruleTitle = this.tools.rule(row.rule_id)?.title ?? '';
    const { id, rule_id: ruleId, profile_id: profile } = row;
    return { assignmentId: id, profileId: publicId(profile), ruleId, ruleTitle, at: this.now };
  }
}

export interface Ending {
  note?: string | undefined;
  amount?: number | undefined;
  hand?: Hand | undefined;
}

const refOf = ({ id, name, shop, userId }: Hand): ConsultantRef => ({ id, name, shop, ...(userId && { userId }) });
