import { firstOf } from './lot.js';

interface Refusal {
  /** When it was first refused: by the clock, and in lots that had landed by then. */
  since: number;
  landedBefore: number;
}

/** Of lots that are refused one at a time is tried again, this often: each try costs megabytes. */
const AGAIN_MS = 60_000;
/** Sooner where something landed, since then the warehouse takes appends. */
const SOON_MS = 1_000;
/** What is refused for so long is told to whoever waits for it. */
const TOLD_MS = 5_000;

/** Lots that the warehouse refuses though none of their rows is known to be at fault. They do not hold up the others. */
export class Stuck {
  /** The one that was tried last stands last. */
  private readonly lots = new Map<string, Refusal>();
  private landings = 0;
  private nextTry = 0;

  constructor(private readonly now: () => number) {}

  get size(): number {
    return this.lots.size;
  }

  has(lot: string): boolean {
    return this.lots.has(lot);
  }

  /** Another process may have appended some of them. */
  keep(open: readonly string[]): void {
    const still = new Set(open);
    for (const lot of this.lots.keys()) if (!still.has(lot)) this.lots.delete(lot);
  }

  /** The one to be tried now, if any. */
  due(): string[] {
    return this.nextTry > this.now() ? [] : [...this.lots.keys()].slice(0, 1);
  }

  refused(lot: string): void {
    const known = this.lots.get(lot) ?? { since: this.now(), landedBefore: this.landings };
    this.lots.delete(lot);
    this.lots.set(lot, known);
    this.nextTry = this.now() + AGAIN_MS;
  }

  landed(lot: string): void {
    this.landings += 1;
    this.nextTry = Math.min(this.nextTry, this.now() + SOON_MS);
    this.lots.delete(lot);
  }

  /** It was refused before, and others landed since: the fault is its own. */
  isAlone(lot: string): boolean {
    const known = this.lots.get(lot);
    return known !== undefined && known.landedBefore < this.landings;
  }

  /** The batch that waits longest is in such a lot, and not only since a moment ago. */
  holds(batch: number): boolean {
    for (const [lot, { since }] of this.lots) if (firstOf(lot) === batch && since + TOLD_MS <= this.now()) return true;
    return false;
  }
}
