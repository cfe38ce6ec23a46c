/** The runtimes that one file serves. */
export type Vendor = 'wechat' | 'douyin' | 'alipay' | 'baidu' | 'kuaishou' | 'xiaohongshu';

/** A vendor's global object: what is not there in this version of it is absent. */
export type Api = Record<string, ((...args: never[]) => unknown) | undefined>;

declare const wx: Api;
declare const tt: Api;
declare const my: Api;
declare const swan: Api;
declare const ks: Api;
declare const xhs: Api;

export interface Found {
  vendor: Vendor;
  api: Api;
}

export function attempt<T>(work: () => T, fallback: T): T {
  try {
    return work();
  } catch {
    return fallback;
  }
}

/** WeChat comes last, because other runtimes bring a `wx` for programs that were moved to them. */
const GLOBALS: [Vendor, () => Api][] = [
  ['douyin', () => tt],
  ['alipay', () => my],
  ['baidu', () => swan],
  ['kuaishou', () => ks],
  ['xiaohongshu', () => xhs],
  ['wechat', () => wx],
];

/** Where we are: a name that is not there throws. */
export function findVendor(): Found {
  for (const [vendor, get] of GLOBALS) {
    const api = attempt<Api | undefined>(get, undefined);
    if (api) return { vendor, api };
  }
  throw new Error('this is no mini program');
}

/** Calls what may not be there; a refusal is thrown. The functions need the object that they hang on. */
export const call = (api: Api, name: string, ...args: unknown[]): unknown =>
  api[name] && api[name](...(args as never[]));

/** Calls what may not be there, or may refuse: an empty answer then. */
export const ask = <T extends object>(api: Api, name: string, ...args: unknown[]): Partial<T> =>
  attempt(() => call(api, name, ...args) as T | undefined, undefined) || {};
