import type { Fields } from './core/index.js';

const CAMPAIGN = ['source', 'medium', 'name', 'term', 'content'] as const;
export const LIBRARY = { name: 'perennial-web', version: '0.1.0' };

/** What is known of the page and the device without asking anybody. */
export function contextOf(): Fields {
  const { href, pathname, search } = location;
  return {
    page: { path: pathname, referrer: document.referrer, search, title: document.title, url: href },
    userAgent: navigator.userAgent,
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** What the page's address says of the campaign that brought the visitor. */
export function campaignOf(): Fields | undefined {
  const parameters = new URLSearchParams(location.search);
  const campaign: Record<string, string> = {};
  for (const key of CAMPAIGN) {
    const value = parameters.get(`utm_${key === 'name' ? 'campaign' : key}`);
    if (value) campaign[key] = value;
  }
  return Object.keys(campaign).length > 0 ? campaign : undefined;
}
