import type { PluginDeclaration } from '@perennial/kit';

type Tag = NonNullable<PluginDeclaration['tags']>[number];

const LAST_MONTH = { last: 30, unit: 'day' } as const;

const group = (value: string, zh: string, en: string) => ({ value, title: { zh, en } });

/** The kinds of ways in that the tracker makes of scene values (src/tracker/scene.ts). */
const GROUPS = [
  group('recent', '最近使用', 'Recently used'),
  group('desktop', '桌面', 'Desktop'),
  group('search', '搜索', 'Search'),
  group('chat', '聊天分享', 'Shared in a chat'),
  group('group', '群聊', 'Group chat'),
  group('code', '扫码', 'Code'),
  group('message', '消息', 'Message'),
  group('account', '公众号', 'Official account'),
  group('ad', '广告', 'Advertisement'),
  group('program', '其他小程序', 'Another mini program'),
  group('app', 'App', 'App'),
  group('h5', '网页与链接', 'Web page or link'),
  group('moments', '朋友圈', 'Moments'),
  group('channels', '视频号', 'Channels'),
  group('wecom', '企业微信', 'WeCom'),
  group('pay', '支付与卡包', 'Payment and cards'),
  group('content', '内容', 'Content'),
  group('promotion', '推广位', 'Promotion'),
  group('other', '其他', 'Other'),
];

export const TAGS: Tag[] = [
  {
    key: 'miniprogram.way-in',
    title: { zh: '小程序常用入口', en: 'Usual way into mini programs' },
    category: 'behaviour',
    valueType: 'enum',
    values: GROUPS,
    computation: {
      kind: 'aggregate',
      event: { names: ['App Shown'] },
      measure: 'top',
      property: 'sceneGroup',
      window: { last: 90, unit: 'day' },
    },
    scenario: { zh: '在客户习惯的入口投放内容', en: 'Place content where a customer comes in' },
    onUnmatched: 'keep',
  },
  {
    key: 'miniprogram.shares-30d',
    title: { zh: '近 30 天小程序分享次数', en: 'Mini-program shares in 30 days' },
    category: 'behaviour',
    valueType: 'number',
    computation: { kind: 'aggregate', event: { names: ['Page Shared'] }, measure: 'count', window: LAST_MONTH },
    scenario: { zh: '挑选乐于推荐的客户参加裂变活动', en: 'Invite those who like to recommend to a referral campaign' },
    onUnmatched: 'empty',
  },
];
