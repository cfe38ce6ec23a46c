export const CITIES = ['上海', '北京', '广州', '深圳', '杭州', '成都', '武汉', '南京', '西安', '长沙'] as const;
export type City = (typeof CITIES)[number];

export interface Shop {
  id: string;
  city: City;
  /** The tablet on the counter, which everybody shares. */
  tablet: string;
}

export const SHOPS: Shop[] = CITIES.slice(0, 8).map((city, n) => ({
  id: `shop_${n + 1}`,
  city,
  tablet: `tablet-shop-${n + 1}`,
}));

/** Where an identifier is unique: the mall and the trial club are two mini programs of one open-platform account. */
export const NAMESPACES = {
  mall: 'wx_huayang_mall',
  club: 'wx_huayang_club',
  openPlatform: 'op_huayang',
  douyin: 'dy_huayang',
} as const;

/** Messages of the year: month, day, name. */
export const CAMPAIGNS = [
  [1, 10, '年货节'],
  [3, 5, '女神节'],
  [4, 20, '换季焕新'],
  [6, 12, '618 会员日'],
  [8, 20, '夏日清爽'],
  [9, 20, '秋季修护'],
  [11, 5, '双11 预售'],
  [12, 20, '双旦礼遇'],
] as const;
