import type { PluginDeclaration } from '@perennial/kit';
import { OTHERS, SEGMENTS } from './segment.js';

type Tag = NonNullable<PluginDeclaration['tags']>[number];

const digit = (key: string, zh: string, en: string, scenario: Tag['scenario']): Tag => ({
  key,
  title: { zh, en },
  category: 'model',
  valueType: 'number',
  computation: { kind: 'model', model: 'rfm.score' },
  scenario,
  onUnmatched: 'keep',
});

export const RFM_TAGS: Tag[] = [
  digit('rfm.recency', 'RFM 最近消费得分', 'RFM recency', { zh: '判断是否需要唤醒', en: 'Decide whom to win back' }),
  digit('rfm.frequency', 'RFM 消费频次得分', 'RFM frequency', { zh: '识别复购习惯', en: 'See who buys again' }),
  digit('rfm.monetary', 'RFM 消费金额得分', 'RFM monetary', { zh: '识别高价值客户', en: 'See who spends most' }),
  digit('rfm.score', 'RFM 综合得分', 'RFM score', { zh: '圈选细分人群', en: 'Select fine groups' }),
  {
    ...digit('rfm.segment', 'RFM 客户分层', 'RFM segment', {
      zh: '分层运营与权益配置',
      en: 'Treat each group in its own way',
    }),
    valueType: 'enum',
    values: [...SEGMENTS, OTHERS].map(({ key, title }) => ({ value: key, title })),
  },
];
