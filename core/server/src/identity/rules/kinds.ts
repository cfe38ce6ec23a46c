import type { IdentifierKind } from '@perennial/contract';
import type { IsNobody } from './nobody.js';

const text = (zh: string, en: string) => ({ zh, en });
const APP_ID = text('小程序或公众号 AppID', 'AppID');
const CLIENT_KEY = text('应用 Client Key', 'Client key');
const CORP = text('企业 CorpID', 'Corp id');

/**
 * The kinds that the platform knows by itself; plugins add theirs. Lower priority wins where two disagree. Ids of one
 * vendor are unique only within the account that issued them, which is what the namespace is for: an openid within its
 * app, a unionid within its open-platform account, an external user within its corp.
 *
 * A phone's MD5 and SHA-256 are how advertisers and partners name it. They are kinds of their own and match the plain
 * number, because a plain number is entered under its two hashes as well.
 */
export const CORE_KINDS: IdentifierKind[] = [
  {
    key: 'user_id',
    title: text('会员号', 'Member id'),
    strength: 'strong',
    priority: 10,
    perProfile: 1,
    normaliser: 'text',
  },
  {
    key: 'wechat_unionid',
    title: text('微信 UnionID', 'WeChat unionid'),
    strength: 'strong',
    priority: 20,
    perProfile: 1,
    normaliser: 'text',
    namespace: text('开放平台账号', 'Open-platform account'),
  },
  {
    key: 'phone',
    title: text('手机号', 'Phone'),
    strength: 'strong',
    priority: 30,
    perProfile: 3,
    peoplePerValue: 5,
    normaliser: 'phone',
    isDirect: true,
  },
  {
    key: 'phone_md5',
    title: text('手机号 MD5', 'Phone MD5'),
    strength: 'strong',
    priority: 32,
    derivedFrom: 'phone',
    normaliser: 'md5',
    isDirect: true,
  },
  {
    key: 'phone_sha256',
    title: text('手机号 SHA-256', 'Phone SHA-256'),
    strength: 'strong',
    priority: 34,
    derivedFrom: 'phone',
    normaliser: 'sha256',
    isDirect: true,
  },
  {
    key: 'wechat_openid',
    title: text('微信 OpenID', 'WeChat openid'),
    strength: 'strong',
    priority: 40,
    normaliser: 'text',
    namespace: APP_ID,
  },
  {
    key: 'wecom_external_userid',
    title: text('企微外部联系人', 'WeCom external user'),
    strength: 'strong',
    priority: 45,
    normaliser: 'text',
    namespace: CORP,
  },
  {
    key: 'douyin_union_id',
    title: text('抖音 UnionID', 'Douyin union_id'),
    strength: 'strong',
    priority: 48,
    perProfile: 1,
    normaliser: 'text',
    namespace: text('开发者主体', 'Developer account'),
  },
  {
    key: 'douyin_open_id',
    title: text('抖音 OpenID', 'Douyin open_id'),
    strength: 'strong',
    priority: 50,
    normaliser: 'text',
    namespace: CLIENT_KEY,
  },
  {
    key: 'alipay_user_id',
    title: text('支付宝用户号', 'Alipay user id'),
    strength: 'strong',
    priority: 60,
    normaliser: 'text',
    namespace: text('应用 AppID', 'AppID'),
  },
  {
    key: 'email',
    title: text('邮箱', 'E-mail'),
    strength: 'medium',
    priority: 70,
    perProfile: 3,
    peoplePerValue: 5,
    normaliser: 'email',
    isDirect: true,
  },
  {
    key: 'device_id',
    title: text('设备号', 'Device id'),
    strength: 'weak',
    priority: 80,
    peoplePerValue: 8,
    lifetimeDays: 365,
    normaliser: 'lower',
  },
  {
    key: 'anonymous_id',
    title: text('匿名访客号', 'Anonymous id'),
    strength: 'weak',
    priority: 90,
    peoplePerValue: 8,
    lifetimeDays: 365,
    normaliser: 'text',
  },
  {
    key: 'fingerprint',
    title: text('设备指纹', 'Fingerprint'),
    strength: 'weak',
    priority: 95,
    peoplePerValue: 5,
    lifetimeDays: 1,
    normaliser: 'text',
  },
];

/** A kind as the rules in force have it. */
export interface KindInForce extends IdentifierKind {
  /** Which values the enterprise takes for nobody's; the built-in list when absent. */
  isNobody?: IsNobody;
}

export type KindTable = ReadonlyMap<string, KindInForce>;

export const kindTable = (kinds: KindInForce[]): KindTable => new Map(kinds.map((kind) => [kind.key, kind]));
