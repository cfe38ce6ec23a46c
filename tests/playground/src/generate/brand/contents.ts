import type { Category } from './products.js';

export type ContentType = 'article' | 'short_video' | 'live';

export interface Content {
  content_id: string;
  title: string;
  content_type: ContentType;
  category: Category;
}

const TITLES: [ContentType, Category, string[]][] = [
  ['article', '护肤', ['换季护肤指南', '成分党看玻尿酸', '敏感肌自救', '早 C 晚 A 入门', '防晒红黑榜']],
  ['article', '彩妆', ['口红试色合集', '通勤妆容五步', '底妆不脱的秘密']],
  ['article', '香氛', ['沙龙香入门', '四季用香']],
  ['article', '护发', ['头皮护理误区', '染后护发']],
  ['short_video', '护肤', ['一分钟水光肌', '熬夜急救', '面膜怎么敷']],
  ['short_video', '彩妆', ['一分钟通勤妆', '圆脸修容', '约会妆', '眉形改造']],
  ['short_video', '香氛', ['香水喷哪里', '栀子花开']],
  ['short_video', '护发', ['三分钟吹出蓬松', '洗头的正确顺序']],
  ['live', '护肤', ['水光之夜', '大促护肤专场']],
  ['live', '彩妆', ['绯色新品首发', '化妆师在线']],
  ['live', '香氛', ['闻香直播间']],
];

export const CONTENTS: Content[] = TITLES.flatMap(([content_type, category, titles]) =>
  titles.map((title) => ({ title, content_type, category })),
).map((content, n) => ({ content_id: `C${String(n + 1).padStart(3, '0')}`, ...content }));
