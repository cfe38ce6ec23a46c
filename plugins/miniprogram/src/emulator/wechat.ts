import type { Phone, Received } from './phone.js';
import type { Refusal, Requests } from './requests.js';

export type Listener = (value?: unknown) => void;

/** Listeners of a run, by the name that follows `on`. */
export type Listeners = Map<string, Set<Listener>>;

export interface Runtime {
  phone: Phone;
  requests: Requests;
  listeners: Listeners;
  launch: () => object;
}

interface RequestOptions {
  url: string;
  method?: string;
  data?: string;
  header?: Record<string, string>;
  headers?: Record<string, string>;
  timeout?: number;
  success?: (answer: object) => void;
  fail?: (refusal: object) => void;
}

export const SYSTEM = {
  brand: 'HUAWEI',
  model: 'P60',
  system: 'Android 12',
  platform: 'android',
  language: 'zh_CN',
  screenWidth: 360,
  screenHeight: 780,
  pixelRatio: 3,
};
const APPID = 'wx0123456789abcdef';
const LONGEST_MS = 60_000;

export const isRefusal = (answer: Received | Refusal): answer is Refusal => 'errMsg' in answer;

/** JSON is read for the program, as the vendors do; anything else is handed over as it came. */
export function readBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

export const listening = (listeners: Listeners, names: string[]): Record<string, (listener: Listener) => void> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const set = new Set<Listener>();
      listeners.set(name, set);
      return [
        [`on${name}`, (listener: Listener) => void set.add(listener)],
        [`off${name}`, (listener: Listener) => void set.delete(listener)],
      ];
    }),
  );

/** `wx`, as far as a tracker calls it; Douyin, Baidu, Kuaishou and Xiaohongshu took this form over. */
export function wechatApi({ phone, requests, listeners, launch }: Runtime) {
  return {
    ...listening(listeners, ['AppShow', 'AppHide', 'NetworkStatusChange', 'NeedPrivacyAuthorization']),
    getStorageSync: (key: string) => phone.read(key) ?? '',
    setStorageSync: (key: string, value: unknown) => phone.write(key, String(value)),
    removeStorageSync: (key: string) => phone.remove(key),
    clearStorageSync: () => phone.kept.clear(),
    getStorageInfoSync: () => ({ keys: [...phone.kept.keys()], limitSize: 10240 }),
    getDeviceInfo: () => SYSTEM,
    getSystemInfoSync: () => SYSTEM,
    getAccountInfoSync: () => ({ miniProgram: { appId: APPID, version: '1.2.0', envVersion: 'release' } }),
    getLaunchOptionsSync: launch,
    getEnterOptionsSync: launch,
    login: ({ success }: { success: (answer: object) => void }) => success({ code: 'code-1' }),
    stopPullDownRefresh: () => undefined,
    getPrivacySetting: ({ success }: { success: (setting: object) => void }) =>
      success({ needAuthorization: phone.needsPrivacyAuthorization, privacyContractName: '《隐私保护指引》' }),
    request({ url, method = 'GET', data = '', header = {}, timeout = LONGEST_MS, success, fail }: RequestOptions) {
      requests.send({ url, method, header, body: data }, timeout, (answer) => {
        if (isRefusal(answer)) fail?.(answer);
        else success?.({ statusCode: answer.status, header: answer.header ?? {}, data: readBody(answer.body) });
      });
    },
  };
}

/** `tt`: WeChat's form without some of its newer calls, and with a word of its own for the program. */
export function douyinApi(runtime: Runtime) {
  const {
    getAccountInfoSync: _account,
    getEnterOptionsSync: _enter,
    getDeviceInfo: _device,
    ...api
  } = wechatApi(runtime);
  return { ...api, getEnvInfoSync: () => ({ microapp: { appId: 'tt0123456789abcdef', mpVersion: '1.2.0' } }) };
}

/** `my`: objects in and out, `headers`, `status`, refusals by number, and an answer other than 2xx is a failure without its status. */
export function alipayApi({ phone, requests, listeners, launch }: Runtime) {
  return {
    ...listening(listeners, ['AppShow', 'AppHide', 'NetworkStatusChange']),
    getStorageSync: ({ key }: { key: string }) => ({ data: phone.read(key) ?? null, success: true }),
    setStorageSync({ key, data }: { key: string; data: unknown }) {
      try {
        phone.write(key, String(data));
        return { success: true };
      } catch (error) {
        return { success: false, error: 12, errorMessage: (error as Error).message };
      }
    },
    removeStorageSync: ({ key }: { key: string }) => phone.remove(key),
    getStorageInfoSync: () => ({ keys: [...phone.kept.keys()], limitSize: 10240 }),
    getSystemInfoSync: () => SYSTEM,
    getAppIdSync: () => ({ appId: '2021000000000001' }),
    getLaunchOptionsSync: launch,
    request({ url, method = 'GET', data = '', headers = {}, timeout = 30_000, success, fail }: RequestOptions) {
      requests.send({ url, method, header: headers, body: data }, timeout, (answer) => {
        if (isRefusal(answer)) return fail?.({ error: answer.errno === 600002 ? 11 : 12, errorMessage: answer.errMsg });
        if (answer.status > 299) return fail?.({ error: 19, errorMessage: 'http status error' });
        success?.({ status: answer.status, headers: answer.header ?? {}, data: readBody(answer.body) });
      });
    },
  };
}
