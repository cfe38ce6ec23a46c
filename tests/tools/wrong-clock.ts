import type { BrowserContext } from 'playwright-core';

/** Pages of this visitor see a clock that is wrong by so many milliseconds; timers go on as they are. */
export const setWrong = (context: BrowserContext, by: number): Promise<unknown> =>
  context.addInitScript((wrong) => {
    const real = Date;
    window.Date = class extends real {
      constructor(...args: unknown[]) {
        super(...((args.length > 0 ? args : [real.now() + wrong]) as [number]));
      }
      static override now = () => real.now() + wrong;
    } as DateConstructor;
  }, by);
