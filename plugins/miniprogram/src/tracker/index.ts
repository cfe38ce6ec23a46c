import type { AnyEvents } from '@perennial/sdk-web/core';
import { createMini, type Perennial } from './client.js';
import type { MiniOptions } from './options.js';
import { SCOPE } from './scope.js';
import { findVendor } from './vendor.js';

export type { Perennial } from './client.js';
export type { VendorIds } from './external-ids.js';
export type { Captures, MiniOptions } from './options.js';

/** The tracker of the mini program that this file is part of. Make it in `app.js`, before `App()`. */
export function createPerennial<Events extends object = AnyEvents>(options: MiniOptions): Perennial<Events> {
  return createMini<Events>(findVendor(), SCOPE, options);
}
