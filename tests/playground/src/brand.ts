export interface Product {
  id: string;
  name: string;
  category: string;
  price: number;
  /** Days that one purchase lasts. */
  cycleDays: number;
}

const LINES: [category: string, cycleDays: number, names: [string, number][]][] = [
  [
    '护肤',
    55,
    [
      ['花漾氨基酸洁面乳', 98],
      ['花漾玻尿酸精华', 268],
      ['花漾视黄醇眼霜', 329],
      ['花漾修护面霜', 238],
      ['花漾清透防晒乳', 149],
      ['花漾烟酰胺面膜', 119],
      ['花漾玫瑰纯露', 89],
      ['花漾焕颜礼盒', 1280],
    ],
  ],
  [
    '彩妆',
    90,
    [
      ['花漾丝绒口红', 169],
      ['花漾柔雾气垫', 219],
      ['花漾大地眼影盘', 259],
      ['花漾纤长睫毛膏', 139],
      ['花漾腮红', 129],
      ['花漾定妆散粉', 189],
    ],
  ],
  [
    '香氛',
    150,
    [
      ['花漾栀子香水', 458],
      ['花漾木质香水', 498],
      ['花漾护手霜', 59],
      ['花漾香薰蜡烛', 199],
    ],
  ],
  [
    '美发',
    60,
    [
      ['花漾滋养洗发水', 79],
      ['花漾柔顺护发素', 79],
      ['花漾头皮精华', 169],
      ['花漾发膜', 109],
    ],
  ],
];

/** The invented brand's shelf. */
export const PRODUCTS: Product[] = LINES.flatMap(([category, cycleDays, names], line) =>
  names.map(([name, price], n) => ({
    id: `SKU${line + 1}${String(n + 1).padStart(2, '0')}`,
    name,
    category,
    price,
    cycleDays,
  })),
);

export const CONTENTS = [
  '换季护肤指南',
  '一分钟通勤妆',
  '成分党看玻尿酸',
  '敏感肌自救',
  '口红试色合集',
  '沙龙香入门',
  '头皮护理误区',
  '防晒红黑榜',
].map((title, n) => ({ id: `C${n + 1}`, title }));

export const CITIES = ['上海', '北京', '广州', '深圳', '杭州', '成都', '武汉', '南京', '西安', '长沙'] as const;
export const SHOPS = CITIES.slice(0, 6).map((city, n) => ({ id: `shop_${n + 1}`, city }));

const SURNAMES = '李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗';
const GIVEN = [
  '娜',
  '静',
  '敏',
  '丽',
  '婷',
  '雪',
  '琳',
  '佳怡',
  '梦瑶',
  '思涵',
  '雨桐',
  '欣妍',
  '晓彤',
  '伟',
  '强',
  '磊',
  '子轩',
  '浩然',
  '俊杰',
  '宇航',
];

export const nameOf = (a: number, b: number): string => SURNAMES[a % SURNAMES.length]! + GIVEN[b % GIVEN.length]!;
export const MINI_PROGRAM_APPID = 'wx_huayang_shop';
export const DOUYIN_CLIENT = 'dy_huayang';
