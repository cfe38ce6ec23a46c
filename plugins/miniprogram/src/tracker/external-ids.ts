import type { Storage } from '@perennial/sdk-web/core';
import { attempt, type Vendor } from './vendor.js';

/** An identifier of a vendor, in the words of the platform's identity rules. */
export interface ExternalId {
  type: string;
  id: string;
  namespace?: string;
}

/** What a program learns from its vendor about the visitor, by way of its own server. */
export interface VendorIds {
  /** Of this program; Alipay's user id is given here too. */
  openid?: string;
  /** Of the account that several programs of one owner share. */
  unionid?: string;
  /** The program that the openid belongs to; the present one when absent. */
  appid?: string;
  /** The open-platform account that the unionid belongs to; leave it out when there is only one. */
  account?: string;
}

/** The kinds that core knows, and those that this plugin declares (src/kinds.ts). */
export const kindsOf = (vendor: Vendor): [openid: string, unionid: string] =>
  vendor === 'wechat'
    ? ['wechat_openid', 'wechat_unionid']
    : [vendor === 'alipay' ? 'alipay_user_id' : `${vendor}_open_id`, `${vendor}_union_id`];

const KEY = 'ids';

export interface ExternalIds {
  all(): ExternalId[];
  /** Takes ids in; false when nothing is new. Throws for what is no id. */
  set(ids: VendorIds): boolean;
  forget: () => void;
  /** Brings what is known into the storage where it may be kept. */
  keep: () => void;
}

export function createExternalIds(
  vendor: Vendor,
  storage: Storage,
  appId: () => string | undefined,
  mayStore: () => boolean,
): ExternalIds {
  let known: ExternalId[] | undefined;
  const all = () => (known = known || attempt(() => JSON.parse(storage.get(KEY) || '[]') as ExternalId[], []));
  const keep = () => {
    if (mayStore()) storage.set(KEY, JSON.stringify(all()));
  };
  const put = (type: string, id: string | undefined, namespace: string | undefined): boolean => {
    if (id === undefined) return false;
    if (typeof id !== 'string' || !id) throw new TypeError(`${type} must be a text`);
    const others = all().filter((one) => one.type !== type || one.namespace !== namespace);
    if (all().some((one) => others.indexOf(one) < 0 && one.id === id)) return false;
    known = others.concat({ type, id, namespace });
    return true;
  };
  return {
    all,
    keep,
    set({ openid, unionid, appid = appId(), account }) {
      const [openKind, unionKind] = kindsOf(vendor);
      // The same openid of another program is another person.
      if (openid && !appid) throw new TypeError('an openid needs the appid of its program');
      const isNew = [put(openKind, openid, appid), put(unionKind, unionid, account)].indexOf(true) >= 0;
      if (isNew) keep();
      return isNew;
    },
    forget() {
      known = [];
      storage.remove(KEY);
    },
  };
}
