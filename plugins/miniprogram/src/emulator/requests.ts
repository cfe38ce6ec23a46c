import type { Phone, Received, Sent } from './phone.js';

/** Why the vendor refuses, in WeChat's words and numbers. */
export interface Refusal {
  errMsg: string;
  errno: number;
}

const AT_ONCE = 10;
const refusal = (reason: string, errno: number): Refusal => ({ errMsg: `request:fail ${reason}`, errno });

/** The vendor's door to the network, for one run of the program. */
export class Requests {
  private running = new Set<(refused: Refusal) => void>();
  private isAway = false;
  private isDead = false;

  constructor(private readonly phone: Phone) {}

  /** Calls back once with what the server said or why it was refused; never after the program was ended. */
  send(sent: Sent, timeoutMs: number, done: (answer: Received | Refusal) => void): void {
    let isOver = false;
    const end = (answer: Received | Refusal) => {
      if (isOver || this.isDead) return;
      isOver = true;
      clearTimeout(timer);
      this.running.delete(end);
      done(answer);
    };
    const refused = this.refuses(sent);
    const timer = setTimeout(() => end(refusal('timeout', 5)), timeoutMs).unref();
    // Nothing of it is told within the call itself.
    if (refused) return void setTimeout(() => end(refused), 0);
    this.running.add(end);
    this.phone.server(sent).then(end, () => end(refusal('net::ERR_CONNECTION_RESET', 600001)));
  }

  /** In the background what runs may end within seconds, and nothing new begins. */
  away(): void {
    this.isAway = true;
    const left = [...this.running];
    setTimeout(() => {
      if (this.isAway) for (const end of left) end(refusal('interrupted', 600003));
    }, this.phone.graceMs).unref();
  }

  back(): void {
    this.isAway = false;
  }

  /** The program is ended: what was sent may arrive, and nobody hears of it. */
  kill(): void {
    this.isDead = true;
    this.running.clear();
  }

  get count(): number {
    return this.running.size;
  }

  private refuses({ url }: Sent): Refusal | undefined {
    const origin = /^(https?:\/\/[^/]+)\//.exec(url)?.[1];
    if (!origin) return refusal(`invalid url "${url}"`, 600009);
    if (!origin.startsWith('https:') || !this.phone.domains.includes(origin))
      return refusal('url not in domain list', 600002);
    if (this.isAway) return refusal('interrupted', 600003);
    if (!this.phone.isOnline) return refusal('net::ERR_INTERNET_DISCONNECTED', 600001);
    return this.running.size >= AT_ONCE ? refusal('exceed max task count', 600004) : undefined;
  }
}
