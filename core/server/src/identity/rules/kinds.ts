import type { IdentifierKind } from '@perennial/contract';

/** The kinds that the platform knows by itself; plugins add theirs. Lower priority wins where two disagree. */
export const CORE_KINDS: IdentifierKind[] = [
  {
    key: 'user_id',
    title: { zh: '会员号', en: 'Member id' },
    strength: 'strong',
    priority: 10,
    perProfile: 1,
    normaliser: 'text',
  },
  {
    key: 'wechat_unionid',
    title: { zh: '微信 UnionID', en: 'WeChat unionid' },
    strength: 'strong',
    priority: 20,
    perProfile: 1,
    normaliser: 'text',
    namespace: { zh: '开放平台账号', en: 'Open-platform account' },
  },
  {
    key: 'phone',
    title: { zh: '手机号', en: 'Phone' },
    strength: 'strong',
    priority: 30,
    perProfile: 3,
    normaliser: 'phone',
    isDirect: true,
  },
  {
    key: 'wechat_openid',
    title: { zh: '微信 OpenID', en: 'WeChat openid' },
    strength: 'strong',
    priority: 40,
    normaliser: 'text',
    namespace: { zh: '小程序或公众号 AppID', en: 'AppID' },
  },
  {
    key: 'douyin_open_id',
    title: { zh: '抖音 OpenID', en: 'Douyin open_id' },
    strength: 'strong',
    priority: 50,
    normaliser: 'text',
    namespace: { zh: '应用 Client Key', en: 'Client key' },
  },
  {
    key: 'alipay_user_id',
    title: { zh: '支付宝用户号', en: 'Alipay user id' },
    strength: 'strong',
    priority: 60,
    normaliser: 'text',
    namespace: { zh: '应用 AppID', en: 'AppID' },
  },
  {
    key: 'email',
    title: { zh: '邮箱', en: 'E-mail' },
    strength: 'medium',
    priority: 70,
    perProfile: 3,
    normaliser: 'email',
    isDirect: true,
  },
  { key: 'device_id', title: { zh: '设备号', en: 'Device id' }, strength: 'weak', priority: 80, normaliser: 'lower' },
  {
    key: 'anonymous_id',
    title: { zh: '匿名访客号', en: 'Anonymous id' },
    strength: 'weak',
    priority: 90,
    normaliser: 'text',
  },
];

export type KindTable = ReadonlyMap<string, IdentifierKind>;

export const kindTable = (kinds: IdentifierKind[]): KindTable => new Map(kinds.map((kind) => [kind.key, kind]));
