import type { IdentifierKind } from '@perennial/contract';

const APP = { zh: '小程序 AppID', en: 'AppID' };
const ACCOUNT = { zh: '开放平台账号', en: 'Open-platform account' };

const openId = (key: string, zh: string, en: string, priority: number): IdentifierKind => ({
  key,
  title: { zh: `${zh} OpenID`, en: `${en} open id` },
  strength: 'strong',
  priority,
  normaliser: 'text',
  namespace: APP,
});

const unionId = (key: string, zh: string, en: string, priority: number): IdentifierKind => ({
  ...openId(key, zh, en, priority),
  title: { zh: `${zh} UnionID`, en: `${en} union id` },
  perProfile: 1,
  namespace: ACCOUNT,
});

/** Ids of vendors that core does not know by itself; WeChat's, Douyin's and Alipay's are its own. */
export const KINDS: IdentifierKind[] = [
  unionId('baidu_union_id', '百度', 'Baidu', 52),
  openId('baidu_open_id', '百度', 'Baidu', 53),
  unionId('kuaishou_union_id', '快手', 'Kuaishou', 54),
  openId('kuaishou_open_id', '快手', 'Kuaishou', 55),
  unionId('xiaohongshu_union_id', '小红书', 'Xiaohongshu', 56),
  openId('xiaohongshu_open_id', '小红书', 'Xiaohongshu', 57),
];
