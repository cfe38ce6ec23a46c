import type { Condition, Json } from '@perennial/contract';
import { applyTest, testPlace, type Verdict } from './test.js';

/** What a condition may look at. */
export interface Facts {
  tag(key: string): Json | undefined;
  trait(key: string): Json | undefined;
  /** `loyal` or `loyal/rare_large` of a lifecycle. */
  stage(lifecycle: string): string | undefined;
  /** Epoch ms. */
  now: number;
}

/**
 * Whether the condition holds now, and the earliest instant at which time alone may change it. All branches are looked
 * at, also behind one that settles the answer, because each may be the next to change.
 */
export function evaluate(condition: Condition, facts: Facts): Verdict {
  if ('all' in condition) return combine(condition.all, facts, (verdicts) => verdicts.every((v) => v.holds));
  if ('any' in condition) return combine(condition.any, facts, (verdicts) => verdicts.some((v) => v.holds));
  if ('not' in condition) {
    const inner = evaluate(condition.not, facts);
    return { ...inner, holds: !inner.holds };
  }
  if ('stage' in condition) return { holds: testPlace(condition.test, facts.stage(condition.stage)) };
  return applyTest(condition.test, valueOf(condition, facts), facts.now);
}

/** Behaviour has become a hidden tag by the time a condition is evaluated; see `desugar.ts`. */
type Leaf = Exclude<Condition, { all: unknown } | { any: unknown } | { not: unknown } | { stage: unknown }>;

function valueOf(leaf: Leaf, facts: Facts): Json | undefined {
  if ('tag' in leaf) return facts.tag(leaf.tag);
  return 'trait' in leaf ? facts.trait(leaf.trait) : undefined;
}

function combine(parts: Condition[], facts: Facts, settle: (verdicts: Verdict[]) => boolean): Verdict {
  const verdicts = parts.map((part) => evaluate(part, facts));
  const due = earliest(verdicts.map((v) => v.due));
  return { holds: settle(verdicts), ...(due !== undefined && { due }) };
}

export function earliest(instants: (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** Every tag, trait and lifecycle that a condition reads. */
export function referencesOf(condition: Condition): { tags: string[]; traits: string[]; stages: string[] } {
  const found = { tags: [] as string[], traits: [] as string[], stages: [] as string[] };
  const visit = (node: Condition): void => {
    if ('all' in node) node.all.forEach(visit);
    else if ('any' in node) node.any.forEach(visit);
    else if ('not' in node) visit(node.not);
    else if ('tag' in node) found.tags.push(node.tag);
    else if ('trait' in node) found.traits.push(node.trait);
    else if ('stage' in node) found.stages.push(node.stage);
  };
  visit(condition);
  return found;
}
