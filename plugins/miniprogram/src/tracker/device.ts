import type { Fields } from '@perennial/sdk-web/core';
import { ask, type Found } from './vendor.js';

export interface Device {
  appId: () => string | undefined;
  context(): Fields;
}

/** What the runtime says of the device; nothing that names it. Read once: the calls are slow, the answers stay. */
export function createDevice({ vendor, api }: Found, appId?: string): Device {
  let known: Fields | undefined;
  const read = (): Fields => {
    // WeChat parted its one slow call into three; the others kept it.
    const parts: Fields = { ...ask(api, 'getDeviceInfo'), ...ask(api, 'getAppBaseInfo'), ...ask(api, 'getWindowInfo') };
    const { brand, model, system, platform, language, screenWidth, screenHeight, pixelRatio } = parts['model']
      ? parts
      : (ask(api, 'getSystemInfoSync') as Fields);
    const { miniProgram = {} } = ask<{ miniProgram: Fields }>(api, 'getAccountInfoSync');
    // Douyin and older versions of Alipay have words of their own.
    const { microapp = {} } = ask<{ microapp: Fields }>(api, 'getEnvInfoSync');
    const { appId: alipayId } = ask<{ appId: string }>(api, 'getAppIdSync');
    const namespace = appId || miniProgram['appId'] || microapp['appId'] || alipayId;
    return {
      app: {
        name: vendor,
        namespace,
        version: miniProgram['version'] || microapp['mpVersion'],
        build: miniProgram['envVersion'],
      },
      device: { manufacturer: brand, model, type: platform },
      os: { name: platform, version: system },
      screen: { width: screenWidth, height: screenHeight, density: pixelRatio },
      locale: language,
    };
  };
  const context = () => (known = known || read());
  return { context, appId: () => (context()['app'] as { namespace?: string }).namespace };
}
