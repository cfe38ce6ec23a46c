import { attempt, cut, isoOf, maskText, type Fields, type Storage } from '../core/index.js';
import { addressOf } from './address.js';

/** Google, Meta, Microsoft, TikTok, X, LinkedIn, Baidu, Douyin / Oceanengine, Tencent. */
const CLICK_ID = /^(\w*cl(k|ick)?id|[gw]braid|li_fat_id|(bd|gdt)_vid|qz_gdt)$/;
/** `scene` is WeChat's word for the way in. */
const CAMPAIGN = /^(utm_(source|medium|campaign|term|content|id)|scene)$/;
const LONGEST = 300;

/** What the page's address says of the campaign that brought the visitor. */
export function campaignOf(): Fields | undefined {
  const campaign: Fields = {};
  const clickIds: Fields = {};
  new URLSearchParams(location.search).forEach((given, key) => {
    if (!given) return;
    const value = cut(maskText(given), LONGEST);
    if (CAMPAIGN.test(key)) campaign[key === 'utm_campaign' ? 'name' : key.replace('utm_', '')] = value;
    if (CLICK_ID.test(key)) {
      clickIds[key] = value;
      campaign['clickIds'] = clickIds;
    }
  });
  return Object.keys(campaign).length > 0 ? campaign : undefined;
}

const TOUCH = 'touch';

type Touch = Fields & Record<'landing' | 'referrer', string>;

/** What a session began with. The first touch stays; the last is moved by campaigns and by other sites, not by a direct visit. */
export function arrivalOf(storage: Storage, hash?: boolean): Fields {
  const { referrer } = document;
  // Also what is known already: an earlier version kept whole addresses.
  const short = (touch: Touch): Touch => ({
    ...touch,
    landing: cut(addressOf(touch.landing, hash), LONGEST),
    referrer: cut(addressOf(touch.referrer), LONGEST),
  });
  const campaign = campaignOf();
  const isOutside = referrer !== '' && referrer.split('/')[2] !== location.host;
  const touch = short({ landing: location.href, referrer, at: isoOf(Date.now()), ...(campaign && { campaign }) });
  const [first, last] = attempt(() => {
    const known = JSON.parse(storage.get(TOUCH) || '{}') as { first?: Touch; last?: Touch };
    return [short(known.first || touch), short(campaign || isOutside || !known.last ? touch : known.last)];
  }, [touch, touch]);
  storage.set(TOUCH, JSON.stringify({ first, last }));
  return { landing: touch.landing, referrer: touch.referrer, first, last };
}
