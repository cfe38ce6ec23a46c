export interface Product {
  id: string;
  name: string;
  category: Category;
  series: string;
  /** CNY. */
  price: number;
  /** Days that one piece lasts; people come back for it after about so long. */
  cycleDays: number;
}
export type Category = '护肤' | '彩妆' | '香氛' | '护发';

type Shelf = [category: Category, series: string, items: [name: string, price: number, cycleDays: number][]];

const SHELVES: Shelf[] = [
  [
    '护肤',
    '晨露',
    [
      ['氨基酸洁面乳', 98, 60],
      ['净透洁面慕斯', 108, 60],
      ['温和卸妆油', 138, 75],
      ['玫瑰纯露', 89, 50],
      ['清透防晒乳', 149, 60],
      ['舒缓化妆水', 128, 60],
      ['保湿乳液', 158, 60],
      ['玻尿酸补水面膜', 119, 30],
    ],
  ],
  [
    '护肤',
    '水光',
    [
      ['玻尿酸精华', 268, 45],
      ['烟酰胺亮肤精华', 298, 45],
      ['修护面霜', 238, 60],
      ['胶原次抛精华', 398, 30],
      ['水光睡眠面膜', 168, 60],
      ['润透喷雾', 79, 45],
      ['舒敏修护霜', 218, 60],
      ['水光礼盒', 888, 120],
    ],
  ],
  [
    '护肤',
    '夜昙',
    [
      ['视黄醇眼霜', 329, 75],
      ['紧致晚霜', 458, 75],
      ['多肽抗皱精华', 568, 45],
      ['夜间修护精油', 388, 90],
      ['颈霜', 259, 90],
      ['焕颜礼盒', 1280, 150],
      ['臻养精华面膜', 299, 30],
      ['紧致精华水', 358, 60],
    ],
  ],
  [
    '彩妆',
    '绯色',
    [
      ['丝绒口红 01 枫叶', 169, 120],
      ['丝绒口红 02 豆沙', 169, 120],
      ['丝绒口红 03 正红', 169, 120],
      ['镜面唇釉', 149, 120],
      ['奶油腮红', 129, 180],
      ['大地眼影盘', 259, 240],
      ['玫瑰眼影盘', 259, 240],
      ['高光修容盘', 199, 240],
    ],
  ],
  [
    '彩妆',
    '无瑕',
    [
      ['柔雾气垫', 219, 75],
      ['持妆粉底液', 239, 90],
      ['轻透隔离', 159, 75],
      ['定妆散粉', 189, 120],
      ['纤长睫毛膏', 139, 90],
      ['极细眼线笔', 89, 75],
      ['三角眉笔', 79, 75],
      ['三色遮瑕盘', 119, 120],
    ],
  ],
  [
    '香氛',
    '栀夏',
    [
      ['栀子香水 50ml', 458, 180],
      ['木质香水 50ml', 498, 180],
      ['桂花香水 30ml', 328, 150],
      ['白茶香水 30ml', 328, 150],
      ['护手霜', 59, 45],
      ['身体乳', 128, 60],
      ['香薰蜡烛', 199, 90],
      ['香氛礼盒', 698, 240],
    ],
  ],
  [
    '护发',
    '青丝',
    [
      ['滋养洗发水', 79, 60],
      ['控油洗发水', 79, 60],
      ['柔顺护发素', 79, 60],
      ['头皮精华', 169, 45],
      ['修护发膜', 109, 60],
      ['护发精油', 129, 90],
      ['防脱洗发水', 139, 60],
      ['蓬松喷雾', 89, 75],
      ['染后护理套装', 239, 90],
      ['头皮磨砂膏', 119, 75],
      ['旅行洗护套装', 69, 120],
      ['免洗喷雾', 99, 75],
    ],
  ],
];

/** The shelf of the invented brand 花漾: 60 products. */
export const PRODUCTS: Product[] = SHELVES.flatMap(([category, series, items], shelf) =>
  items.map(([name, price, cycleDays], n) => ({
    id: `HY${shelf + 1}${String(n + 1).padStart(2, '0')}`,
    name: `花漾${series}${name}`,
    category,
    series,
    price,
    cycleDays,
  })),
);

/** What an event says of a product. */
export const productFacts = ({ id, name, category, series, price }: Product) => ({
  product_id: id,
  name,
  category,
  series,
  price,
});
