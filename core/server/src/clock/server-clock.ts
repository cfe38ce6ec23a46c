import { PlatformError, type ClockView } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { insertRows, upsertRows } from '../database/index.js';
import { Loop } from '../time/loop.js';
import { CLOCK } from './clock.errors.js';
import { CLOCK_LIMITS, ClockGuard, type ClockState, type TwoClocks } from './guard.js';
import { clockSentence } from './sentence.js';

const TICK_MS = 1_000;
/** How often the time is written down; a start cannot tell shorter jumps from a stop anyway. */
const WRITE_MS = 10_000;

export interface Jump {
  id: string;
  expected: number;
  wall: number;
}

/** The guard over one core's clock, with what the cores know of each other's: the time of the last run, agreed jumps. */
export class ServerClock {
  readonly now: () => number;
  private told: ClockState = 'right';
  private writtenAt = -Infinity;
  private readonly loop: Loop;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly guard: ClockGuard,
    private readonly onError: (error: unknown) => void,
  ) {
    this.now = guard.now;
    this.loop = new Loop(TICK_MS, () => this.look(), onError);
  }

  static async open(
    dataSource: DataSource,
    clocks: TwoClocks,
    onError: (error: unknown) => void,
  ): Promise<ServerClock> {
    const [row] = await dataSource.query<{ at: number }[]>("SELECT at FROM server_time WHERE name = 'last'");
    return new ServerClock(dataSource, new ClockGuard(clocks, row?.at), onError);
  }

  start(): void {
    this.loop.start();
  }

  /** The record may be away when a core stops; the instant of the last beat then stands for that of the stop. */
  async stop(): Promise<void> {
    await this.loop.stop();
    if (this.guard.state === 'right') await this.write().catch(this.onError);
  }

  /** What arrives while the clock is ahead waits in the log: it bears the wrong time, and may not be applied by it. */
  get isAhead(): boolean {
    return this.guard.state === 'ahead';
  }

  /** Undefined while all is well. */
  get sentence(): string | undefined {
    return clockSentence(this.guard.state, this.guard.read());
  }

  /** What a jump that was agreed to lies ahead of now: the clock was set back since, or was right before. */
  async view(): Promise<ClockView> {
    const { wall, expected } = this.guard.read();
    const { state } = this.guard;
    const ahead = state === 'right' ? await this.jumpAhead() : undefined;
    return { state, wall, expected: state === 'right' ? wall : expected, ...(ahead && { agreedAhead: ahead.wall }) };
  }

  /** The wall clock is right. Other cores whose clocks say the same follow. */
  async agree(by: string): Promise<void> {
    if (this.guard.state === 'right')
      throw new PlatformError(CLOCK.RIGHT, 'the clock goes right; there is nothing to agree to', { kind: 'conflict' });
    const { wall, expected } = this.guard.read();
    const columns = ['id', 'expected', 'wall', 'agreed_by'];
    await insertRows(this.dataSource.manager, 'clock_jump', columns, [[randomUUID(), expected, wall, by]]);
    this.guard.agree();
    await this.write();
  }

  /** The latest agreed jump to an instant that is still to come. */
  async jumpAhead(): Promise<Jump | undefined> {
    const sql =
      'SELECT id, expected, wall FROM clock_jump WHERE wall > ? AND wall > expected ORDER BY wall DESC LIMIT 1';
    const [jump] = await this.dataSource.query<Jump[]>(sql, [this.now() + CLOCK_LIMITS.ahead]);
    return jump;
  }

  async forget({ id }: Jump): Promise<void> {
    await this.dataSource.query('DELETE FROM clock_jump WHERE id = ?', [id]);
  }

  private async look(): Promise<void> {
    if (this.guard.state !== 'right') await this.follow();
    const { state } = this.guard;
    if (state !== this.told) this.tell(state);
    if (state === 'right' && performance.now() - this.writtenAt > WRITE_MS) await this.write();
  }

  /** Another core's operator has agreed to what this clock says as well. */
  private async follow(): Promise<void> {
    const { wall, expected } = this.guard.read();
    const [jump] = await this.dataSource.query<Jump[]>(
      'SELECT id, expected, wall FROM clock_jump WHERE wall > ? AND wall <= ? ORDER BY wall DESC LIMIT 1',
      [wall - CLOCK_LIMITS.stop, wall + CLOCK_LIMITS.behind],
    );
    if (!jump) return;
    const since = expected - jump.expected;
    if (since >= -CLOCK_LIMITS.behind && Math.abs(jump.wall + since - wall) <= CLOCK_LIMITS.behind) this.guard.agree();
  }

  private tell(state: ClockState): void {
    this.told = state;
    const text = this.sentence ?? "this server's clock is right again; time goes on by it";
    this.onError(new PlatformError(CLOCK.HELD, text, { kind: 'conflict' }));
  }

  private async write(): Promise<void> {
    this.writtenAt = performance.now();
    await upsertRows(this.dataSource.manager, 'server_time', ['name'], ['name', 'at'], [['last', this.now()]]);
  }
}
