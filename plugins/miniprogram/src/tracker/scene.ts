import type { Vendor } from './vendor.js';

/** The last three digits of WeChat's scene values (1001 is `001`), by the kind of way that they name. */
const WECHAT = {
  recent: '001 022 089 090 103 104 131 178 187',
  desktop: '023 113 114 223',
  search: '005 006 027 042 053 054 106 183',
  chat: '007 044 096 173 208',
  group: '008 158 160 185',
  code: '011 012 013 025 031 032 047 048 049 072 124 125 126 150',
  message: '014 043 073 081 088 107 231',
  account: '020 035 058 074 082 091 102 144 152 157',
  ad: '045 046 067 068 084 095 189 200 201 215 228',
  program: '037 038 099',
  app: '036 069 168',
  h5: '065 167 181 194',
  moments: '154 155',
  channels: '175 176 177 184 191 193 195 197 198 206 216',
  wecom: '119 120 121 192 202 207',
  pay: '019 028 029 034 052 057 060 071 097 148',
};

/** Douyin's values are two digits of the host app and four of the way; four that are kinds of their own, and the rest by the first. */
const DOUYIN = {
  code: '1002 1007',
  program: '1009 1010',
  desktop: '1020',
  recent: '1',
  search: '2',
  content: '3',
  chat: '4',
  promotion: '5',
  ad: '6',
  message: '7',
};

/** What a scene value means, as far as its vendor publishes that; `other` for values that are not on the list. */
export function sceneGroup(vendor: Vendor, scene: string): string | undefined {
  const find = (table: Record<string, string>, value: string) =>
    Object.keys(table).find((group) => table[group]!.split(' ').indexOf(value) >= 0);
  if (vendor === 'wechat') return find(WECHAT, scene.slice(1)) || 'other';
  if (vendor === 'douyin') return find(DOUYIN, scene.slice(2)) || find(DOUYIN, scene.charAt(2)) || 'other';
  return undefined;
}
