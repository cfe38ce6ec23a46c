import type { Random } from '../random.js';

const SURNAMES = '李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧';
const WOMEN = '娜 静 敏 丽 婷 雪 琳 佳怡 梦瑶 思涵 雨桐 欣妍 晓彤 诗涵 若曦 语嫣 可欣 子涵 一诺 梓萱'.split(' ');
const MEN = '伟 强 磊 军 洋 勇 杰 涛 子轩 浩然 俊杰 宇航 博文 嘉豪 天佑 志远'.split(' ');

export const nameOf = (gender: '女' | '男', random: Random): string =>
  SURNAMES[random.whole(0, SURNAMES.length - 1)]! + random.pick(gender === '女' ? WOMEN : MEN);
