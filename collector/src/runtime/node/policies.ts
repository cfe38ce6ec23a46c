import type { CarriedPolicy } from '@perennial/contract';
import type { PolicyInForce } from '../../policy/in-force.js';
import { compilePolicy, type PolicyTools } from '../../policy/policy.js';
import type { Log } from './log.js';

interface Compiled {
  /** What it was compiled from: the same words are not compiled again. */
  text: string;
  policy: PolicyInForce;
}

/** The settings of sources, compiled. */
export class Policies {
  private compiled = new Map<string, Compiled>();

  constructor(
    private readonly tools: PolicyTools,
    private readonly log: Log,
  ) {}

  of(sourceId: string): PolicyInForce | undefined {
    return this.compiled.get(sourceId)?.policy;
  }

  /** What cannot be understood (core may be newer) leaves in force what was before. */
  take(carried: Record<string, unknown>): void {
    const before = this.compiled;
    this.compiled = new Map();
    for (const [sourceId, policy] of Object.entries(carried)) {
      const text = JSON.stringify(policy);
      const known = before.get(sourceId);
      const next = known?.text === text ? known : this.compile(sourceId, text, policy as CarriedPolicy, known);
      if (next) this.compiled.set(sourceId, next);
    }
  }

  private compile(
    sourceId: string,
    text: string,
    policy: CarriedPolicy,
    known: Compiled | undefined,
  ): Compiled | undefined {
    try {
      return { text, policy: compilePolicy(policy, this.tools) };
    } catch (error) {
      this.log('error', "a source's settings are not understood; those of before stay in force", {
        sourceId,
        problem: (error as Error).message,
      });
      // Told once for these words, not at each look.
      return known && { text, policy: known.policy };
    }
  }
}
