import { isJsonObject, ownOf, type JsonObject } from '@perennial/contract';
import { textOf } from './adapter.js';

/** Kinds of the preset names; a login is the member's own id and stands in `userId`, a cookie in `anonymousId`. */
const KINDS: Record<string, string> = {
  $identity_mobile: 'phone',
  $identity_email: 'email',
  $identity_mp_unionid: 'wechat_unionid',
  $identity_mp_openid: 'wechat_openid',
  $identity_ali_mp_openid: 'alipay_user_id',
  $identity_byte_mp_openid: 'douyin_open_id',
  $identity_idfv: 'device_id',
  $identity_android_id: 'device_id',
};
const LOGIN = '$identity_login_id';
const ANONYMOUS = new Set(['$identity_anonymous_id', '$identity_cookie_id']);
const MP_ID = /_mp_id$/;
const APP_OPENID = /^\$identity_mp_(.+)_openid$/;

export interface Named {
  userId?: string;
  anonymousId?: string;
  externalIds?: JsonObject[];
}

/** Whom an event of this form names. The older form has no `identities`: there `$is_login_id` tells what distinct_id is. */
export function namedBy(event: JsonObject): Named {
  const identities = isJsonObject(event['identities']) ? event['identities'] : {};
  const userId = textOf(identities[LOGIN]) ?? textOf(event['login_id']) ?? oldLogin(event);
  const anonymousId = anonymousOf(event, identities, userId);
  const externalIds = [
    ...Object.entries(identities).flatMap(([name, value]) => externalId(name, textOf(value))),
    ...bareLogin(oldLogin(event)),
  ];
  return {
    ...(userId && { userId }),
    ...(anonymousId && { anonymousId }),
    ...(externalIds.length > 0 && { externalIds }),
  };
}

/** Only what a bind or unbind lists counts: the login goes into the list as well, so that the act names all it ties. */
export function boundBy(event: JsonObject): JsonObject[] {
  const identities = isJsonObject(event['identities']) ? event['identities'] : {};
  return Object.entries(identities).flatMap(([name, value]) => {
    const id = textOf(value);
    if (id !== undefined && name === LOGIN) return [{ type: 'user_id', id }];
    if (id !== undefined && (ANONYMOUS.has(name) || MP_ID.test(name))) return [{ type: 'anonymous_id', id }];
    return externalId(name, id);
  });
}

function externalId(name: string, id: string | undefined): JsonObject[] {
  if (id === undefined || name === LOGIN || ANONYMOUS.has(name) || MP_ID.test(name)) return [];
  const appId = APP_OPENID.exec(name)?.[1];
  if (appId) return [{ type: 'wechat_openid', id, namespace: appId }];
  return [{ type: ownOf(KINDS, name) ?? name.replace(/^\$identity_/, ''), id }];
}

/**
 * An act of the older form whose `distinct_id` nobody called a login states it as a visitor's id, before the sign-up and
 * after it: `profile_increment` and `profile_append` cannot say more. So whoever names a login says that she is this visitor too.
 */
const bareLogin = (login: string | undefined): JsonObject[] =>
  login === undefined ? [] : [{ type: 'anonymous_id', id: login }];

function oldLogin(event: JsonObject): string | undefined {
  const properties = isJsonObject(event['properties']) ? event['properties'] : {};
  const isLogin = properties['$is_login_id'] === true || event['type'] === 'track_signup';
  return isLogin ? textOf(event['distinct_id']) : undefined;
}

function anonymousOf(event: JsonObject, identities: JsonObject, userId: string | undefined): string | undefined {
  const named = Object.entries(identities).find(([name]) => ANONYMOUS.has(name) || MP_ID.test(name))?.[1];
  const stated = textOf(named) ?? textOf(event['anonymous_id']) ?? textOf(event['original_id']);
  if (stated !== undefined) return stated;
  const id = textOf(event['distinct_id']);
  // With a bound login key, distinct_id is `$identity_x+value`, which says nothing new.
  return id !== undefined && id !== userId && !Object.values(identities).includes(id) && !id.startsWith('$identity_')
    ? id
    : undefined;
}
