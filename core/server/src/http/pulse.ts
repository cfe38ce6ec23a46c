const LIMIT_MS = 3_000;

/** Whether a store answers within seconds. One that hangs is asked once, however many want to know. */
export class Pulse {
  private asking: Promise<boolean> | undefined;

  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly limitMs = LIMIT_MS,
  ) {}

  feel(): Promise<boolean> {
    this.asking ??= this.ask()
      .then(
        () => true,
        () => false,
      )
      .finally(() => (this.asking = undefined));
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), this.limitMs);
      void this.asking!.then((answers) => (clearTimeout(timer), resolve(answers)));
    });
  }
}
