import { PlatformError } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import type { Triggers } from '../activation/index.js';
import type { IngestTools, Outcome } from '../ingest/index.js';
import type { Outbox } from '../outbox/index.js';
import type { Zone } from '../time/zone.js';
import { AssignmentActs } from './acts.js';
import { AssignmentRules } from './assignment-rules.js';
import { Assignments } from './assignments.js';
import { CONSULTANT } from './consultant.errors.js';
import { Consultants } from './consultants.js';
import { Desk } from './desk.js';
import { AssignmentRulesController } from './http/assignment-rules.controller.js';
import { AssignmentsController } from './http/assignments.controller.js';
import { ConsultantsController } from './http/consultants.controller.js';
import { Planner } from './planner.js';
import { checkRule, type Namable } from './rules/check.js';
import { Writing } from './writing.js';

export interface ConsultantTools {
  dataSource: DataSource;
  outbox: Outbox;
  triggers: Triggers;
  namable: () => Namable;
  ingestTools: () => IngestTools;
  afterCommit: (outcome: Outcome) => void;
  zone: Zone;
  now: () => number;
  onError: (error: unknown) => void;
}

/** Everything by which people are assigned to consultants. */
export class ConsultantRoom {
  readonly rules: AssignmentRules;
  readonly consultants: Consultants;
  readonly assignments: Assignments;
  readonly acts: AssignmentActs;
  readonly desk: Desk;
  private readonly planner: Planner;

  constructor(tools: ConsultantTools) {
    const writing = new Writing({ ...tools, rule: (id) => this.rules.find(id) });
    const onDone = () => (tools.outbox.nudge(), this.desk.nudge());
    this.rules = new AssignmentRules({ ...tools, writing, demandRight: (rule) => demandRight(rule, tools.namable()) });
    this.consultants = new Consultants({ ...tools, writing, onChange: onDone });
    this.assignments = new Assignments({ ...tools, rules: this.rules, consultants: this.consultants });
    this.acts = new AssignmentActs({ ...tools, rules: this.rules, writing, onDone });
    this.desk = new Desk({ ...tools, rules: this.rules, writing, onDone: () => tools.outbox.nudge() });
    this.planner = new Planner(this.rules, writing);
    tools.triggers.alsoHearing = () => this.rules.hearers();
  }

  /** In the transaction that applied a batch. */
  plan(manager: EntityManager, outcome: Outcome, now: number): Promise<void> {
    return this.planner.plan(manager, outcome, now);
  }

  /** What its controllers are given, by injection token. */
  services(): [token: unknown, service: unknown][] {
    const { rules, consultants, assignments, acts } = this;
    return [rules, consultants, assignments, acts].map((one) => [one.constructor, one]);
  }
}

function demandRight(rule: Parameters<typeof checkRule>[0], known: Namable): void {
  const problems = checkRule(rule, known);
  if (problems.length === 0) return;
  const told = problems.map(({ message }) => message.en).join('; ');
  throw new PlatformError(CONSULTANT.RULE_INVALID, told, { kind: 'invalid', details: { problems } });
}

export const CONSULTANT_CONTROLLERS = [ConsultantsController, AssignmentRulesController, AssignmentsController];
