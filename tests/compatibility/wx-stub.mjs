import { EventEmitter } from 'node:events';

/** As much of a mini program's runtime as its client calls. `getStorage` must complete with data, or the client waits for ever. */
const SYSTEM = {
  brand: 'Apple',
  model: 'iPhone',
  system: 'iOS 17',
  platform: 'ios',
  SDKVersion: '3.0.0',
  screenWidth: 390,
  screenHeight: 844,
  pixelRatio: 3,
};

/** Puts the runtime there. Gives a wait until so many events have been sent and answered. */
export function stubMiniProgram() {
  const stored = new Map();
  const answered = new EventEmitter();
  let events = 0;
  const answer = (value) => (options) => {
    options?.success?.(value);
    options?.complete?.(value);
  };
  const nothing = () => undefined;
  const request = ({ url, data, header, method, success, fail, complete }) =>
    fetch(url, { method, headers: header, body: data })
      .then(async (response) => ({ statusCode: response.status, data: await response.text() }))
      .then((result) => {
        events += eventsIn(data ?? new URL(url).search);
        answered.emit('more');
        success?.(result);
      }, fail)
      .finally(() => complete?.({}));
  Object.assign(globalThis, { App: nothing, Page: nothing, Component: nothing, getApp: () => ({}) });
  globalThis.getCurrentPages = () => [];
  globalThis.wx = {
    request,
    getStorageSync: (key) => stored.get(key) ?? '',
    setStorageSync: (key, value) => void stored.set(key, value),
    getStorage: ({ key, ...options }) => answer({ data: stored.get(key) })(options),
    setStorage: ({ key, data, ...options }) => answer(stored.set(key, data))(options),
    removeStorage: ({ key, ...options }) => answer(stored.delete(key))(options),
    getSystemInfo: answer(SYSTEM),
    getSystemInfoSync: () => SYSTEM,
    getDeviceInfo: () => SYSTEM,
    getAppBaseInfo: () => SYSTEM,
    getWindowInfo: () => SYSTEM,
    getNetworkType: answer({ networkType: 'wifi' }),
    onNetworkStatusChange: nothing,
    onAppShow: nothing,
    onAppHide: nothing,
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0123456789' } }),
    getLaunchOptionsSync: () => ({ scene: 1001, query: {} }),
    getEnterOptionsSync: () => ({ scene: 1001, query: {} }),
  };
  return (count) =>
    new Promise((done) => {
      answered.on('more', () => {
        if (events >= count) done();
      });
    });
}

/** Each event of the form has one type, in a form's `data` or `data_list`. */
function eventsIn(data) {
  const form = new URLSearchParams(data);
  const text = Buffer.from(form.get('data_list') ?? form.get('data'), 'base64').toString();
  return text.split('"type":"').length - 1;
}
