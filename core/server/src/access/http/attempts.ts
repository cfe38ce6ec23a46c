import { PlatformError } from '@perennial/contract';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ACCESS } from '../access.errors.js';

/** Failed sign-ins: ten per name and address, and a hundred per address, in fifteen minutes. */
export class Attempts {
  private readonly perName = new RateLimiterMemory({ points: 10, duration: 900 });
  private readonly perAddress = new RateLimiterMemory({ points: 100, duration: 900 });

  /** Counts an attempt; throws `ACCESS_ATTEMPTS_TOO_MANY` with `retryAfter` seconds once there were too many. */
  async spend(name: string, address: string): Promise<void> {
    try {
      await this.perAddress.consume(address);
      await this.perName.consume(`${address} ${name.toLowerCase()}`);
    } catch (reason) {
      if (!(reason instanceof RateLimiterRes)) throw reason;
      const retryAfter = Math.ceil(reason.msBeforeNext / 1000);
      throw new PlatformError(ACCESS.ATTEMPTS_TOO_MANY, `too many attempts; try again in ${retryAfter} s`, {
        kind: 'tooMany',
        details: { retryAfter },
      });
    }
  }

  async forgive(name: string, address: string): Promise<void> {
    await this.perName.delete(`${address} ${name.toLowerCase()}`);
  }
}
