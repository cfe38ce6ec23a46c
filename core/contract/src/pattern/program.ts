import { PatternProblem, type Node } from './parse.js';

/**
 * A pattern as steps that refer to each other by number. `test`: the character passes and `to` is next; `start`, `end`:
 * `to` is next at that place; otherwise each of `to` is next. The first step is the last one written.
 */
export interface Step {
  test?: RegExp;
  place?: 'start' | 'end';
  to: number[];
}

/** Step 0 is the end of the pattern. */
export const MATCHED = 0;

/** What a pattern may grow to once its repeats are written out: each character of a text costs at most so much. */
const MOST_STEPS = 1_000;
const TOO_MUCH = {
  zh: `重复次数合计过多（展开后最多 ${MOST_STEPS} 步）`,
  en: `repeats too much (at most ${MOST_STEPS} steps once written out)`,
};

/** Throws `PatternProblem` where it would be too long. */
export function programOf(pattern: Node): Step[] {
  const steps: Step[] = [{ to: [] }];
  let left = MOST_STEPS;
  const write = (step: Step): number => steps.push(step) - 1;

  /** Writes what leads to `next`, and gives where it begins. Written from the end, every step knows what follows it. */
  function lead(node: Node, next: number): number {
    if ((left -= 1) < 0) throw new PatternProblem(TOO_MUCH);
    if (node.kind === 'character') return write({ test: node.test, to: [next] });
    if (node.kind === 'sequence') return node.parts.reduceRight((to, part) => lead(part, to), next);
    if (node.kind === 'choice') return write({ to: node.parts.map((part) => lead(part, next)) });
    return node.kind === 'repeat' ? repeat(node, next) : write({ place: node.kind, to: [next] });
  }

  function repeat({ part, least, most }: Extract<Node, { kind: 'repeat' }>, next: number): number {
    let to = next;
    let copies = least;
    if (most === undefined) {
      const again = write({ to: [next] });
      const inside = lead(part, again);
      steps[again]!.to.push(inside);
      to = least > 0 ? inside : again;
      copies -= 1;
    } else for (let n = least; n < most; n++) to = write({ to: [next, lead(part, to)] });
    for (; copies > 0; copies--) to = lead(part, to);
    return to;
  }

  write({ to: [lead(pattern, MATCHED)] });
  return steps;
}
