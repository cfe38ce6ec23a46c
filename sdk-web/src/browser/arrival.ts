import type { Fields, Storage } from '../core/index.js';

const UTM = ['source', 'medium', 'campaign', 'term', 'content', 'id'];
/** Google, Meta, Microsoft, TikTok, X, LinkedIn, Baidu, Douyin / Oceanengine, Tencent. */
const CLICK_IDS =
  'gclid gbraid wbraid dclid fbclid msclkid ttclid twclid li_fat_id bd_vid clickid gdt_vid qz_gdt'.split(' ');
const LONGEST = 300;

/** What the page's address says of the campaign that brought the visitor; `scene` is WeChat's word for the way in. */
export function campaignOf(): Fields | undefined {
  const parameters = new URLSearchParams(location.search);
  const campaign: Fields = {};
  const clickIds: Fields = {};
  const read = (name: string, into: Fields, key = name) => {
    const value = parameters.get(name);
    if (value) into[key] = value.slice(0, LONGEST);
  };
  for (const key of UTM) read(`utm_${key}`, campaign, key === 'campaign' ? 'name' : key);
  for (const key of CLICK_IDS) read(key, clickIds);
  read('scene', campaign);
  if (Object.keys(clickIds).length > 0) campaign['clickIds'] = clickIds;
  return Object.keys(campaign).length > 0 ? campaign : undefined;
}

const TOUCH = 'touch';

/** What a session began with. The first touch stays; the last is moved by campaigns and by other sites, not by a direct visit. */
export function arrivalOf(storage: Storage): Fields {
  const { referrer } = document;
  const landing = location.href.slice(0, LONGEST);
  const campaign = campaignOf();
  const isOutside = referrer !== '' && referrer.split('/')[2] !== location.host;
  const touch = {
    landing,
    referrer: referrer.slice(0, LONGEST),
    at: new Date().toISOString(),
    ...(campaign && { campaign }),
  };
  const known = JSON.parse(storage.get(TOUCH) || '{}') as { first?: Fields; last?: Fields };
  const first = known.first || touch;
  const last = campaign || isOutside || !known.last ? touch : known.last;
  storage.set(TOUCH, JSON.stringify({ first, last }));
  return { landing, referrer, first, last };
}
