/** Work that is done again and again, never twice at once: at every tick and, after a `nudge`, as soon as it can be. */
export class Loop {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private isNudged = false;
  private isStopped = true;

  constructor(
    private readonly tickMs: number,
    private readonly work: () => Promise<unknown>,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.isStopped = false;
    this.nudge();
  }

  nudge(): void {
    if (this.isStopped) return;
    if (this.running) this.isNudged = true;
    else this.run();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private run(): void {
    clearTimeout(this.timer);
    this.isNudged = false;
    this.running = this.work()
      .then(() => undefined, this.onError)
      .finally(() => this.next());
  }

  private next(): void {
    this.running = undefined;
    if (this.isStopped) return;
    if (this.isNudged) this.run();
    else this.timer = setTimeout(() => this.run(), this.tickMs);
  }
}
