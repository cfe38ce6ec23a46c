import { tooMany } from './attempts.js';

/** A derivation takes 128 MB and a thread of four, which files and look-ups of names need too. */
const AT_ONCE = 2;
const MAX_WAITING = 16;
/** One address or user cannot fill the queue. */
const MAX_PER_LANE = 4;

export interface Turn {
  /** Who asks: an address, a user. */
  lane: string;
  /** Known browsers and signed-in people go before strangers, and have places of their own. */
  isKnown: boolean;
}

interface Waiting extends Turn {
  start: () => void;
}

/** Takes turns with deriving keys from passwords; who finds the queue full is told to come again. */
export class Derivations {
  private running = 0;
  private readonly waiting: Waiting[] = [];

  async run<T>(turn: Turn, work: () => Promise<T>): Promise<T> {
    if (this.running < AT_ONCE) this.running++;
    else await this.wait(turn);
    try {
      return await work();
    } finally {
      this.next();
    }
  }

  private wait(turn: Turn): Promise<void> {
    const ofKind = this.waiting.filter(({ isKnown }) => isKnown === turn.isKnown);
    const ofLane = ofKind.filter(({ lane }) => lane === turn.lane);
    if (ofKind.length >= MAX_WAITING || ofLane.length >= MAX_PER_LANE) throw tooMany(2);
    return new Promise((start) => this.waiting.push({ ...turn, start }));
  }

  /** Whoever waits takes over the place that has become free. */
  private next(): void {
    const known = this.waiting.findIndex(({ isKnown }) => isKnown);
    const [first] = this.waiting.splice(Math.max(0, known), 1);
    if (first) first.start();
    else this.running--;
  }
}
